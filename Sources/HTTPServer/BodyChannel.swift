import HTTP
import Locks

/// Carries a request's body from the event loop to the handler.
///
/// The loop pushes, the handler pops; what is held is bounded by telling the loop to pause. `onDemand` is
/// how the handler's side says that it wants more; it is called without the lock.
final class BodyChannel: Sendable {
    fileprivate struct State {
        var pieces: [[UInt8]] = []
        /// Index of the first piece not taken yet.
        var first = 0
        var byteCount = 0
        /// Set once: success is a complete body.
        var end: Result<Void, BodyError>?
        /// The loop was told to pause and not yet to go on.
        var isPaused = false
        /// Told when there is something to take, or the wait is cancelled. It carries nothing: what is handed
        /// over stays behind the lock, whose order the thread sanitizer sees.
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Pieces smaller than this are put together, so that a body of one-byte chunks does not cost an
    /// allocation a byte.
    private static let smallPiece = 4096

    private let state: Locked<State>
    private let highWater: Int
    private let onDemand: @Sendable () -> Void

    init(highWater: Int, onDemand: @escaping @Sendable () -> Void) {
        state = Locked(State())
        self.highWater = highWater
        self.onDemand = onDemand
    }

    /// A body that is complete from the start.
    init(complete bytes: [UInt8]) {
        state = Locked(
            State(pieces: bytes.isEmpty ? [] : [bytes], byteCount: bytes.count, end: .success(())))
        highWater = .max
        onDemand = {}
    }

    /// True when the loop is to pause until the next demand.
    func push(_ bytes: [UInt8]) -> Bool {
        let (waiter, isPaused) = state.withLock { state in
            state.append(bytes, smallPiece: Self.smallPiece)
            if let waiter = state.waiter.take() { return (Optional(waiter), false) }
            if state.byteCount > highWater { state.isPaused = true }
            return (nil, state.isPaused)
        }
        waiter?.resume()
        return isPaused
    }

    /// The body is complete, or ends here with an error. Later calls change nothing.
    func end(_ result: Result<Void, BodyError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.end == nil else { return nil }
            state.end = result
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// The next piece; nil behind the last.
    func next() async throws(BodyError) -> [UInt8]? {
        if let ready = takeReady() { return try ready.get() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0) }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
        // Where nothing is there, it was the cancellation that ended the wait.
        return try (takeReady() ?? .failure(.cancelled)).get()
    }

    /// What can be had without waiting.
    private func takeReady() -> Result<[UInt8]?, BodyError>? {
        let (ready, resumes) = state.withLock { state in
            let ready = state.takeReady()
            guard state.isPaused, state.byteCount <= highWater / 2 else { return (ready, false) }
            state.isPaused = false
            return (ready, true)
        }
        if resumes { onDemand() }
        return ready
    }

    private func wait(_ continuation: CheckedContinuation<Void, Never>) {
        let waits = state.withLock { state in
            // Cancellation is visible before its handler runs, so it is seen either here or there.
            if state.isReady || Task.isCancelled { return false }
            precondition(state.waiter == nil, "a request body has one reader")
            state.waiter = continuation
            state.isPaused = false
            return true
        }
        if waits { onDemand() } else { continuation.resume() }
    }
}

extension BodyChannel.State {
    fileprivate mutating func append(_ bytes: [UInt8], smallPiece: Int) {
        byteCount += bytes.count
        if bytes.count < smallPiece, pieces.count > first, pieces[pieces.count - 1].count < smallPiece {
            pieces[pieces.count - 1].append(contentsOf: bytes)
        } else {
            pieces.append(bytes)
        }
    }

    /// Whether `takeReady` would give something.
    fileprivate var isReady: Bool { first < pieces.count || end != nil }

    fileprivate mutating func takeReady() -> Result<[UInt8]?, BodyError>? {
        guard first < pieces.count else { return end.map { $0.map { nil } } }
        let piece = pieces[first]
        pieces[first] = []
        first += 1
        byteCount -= piece.count
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
        }
        return .success(piece)
    }
}
