import Locks

/// Whether the database takes writes, as readiness asks: anybody may ask it, and often.
///
/// One write is tried at a time, and what it found holds for two seconds. Nobody waits for it behind other
/// work of the writer: then the last finding is the answer, for a writer that has much to do is no reason to
/// send clients away.
final class WriteProbe: Sendable {
    private struct State {
        /// What the last try met with; nil where it went well. Opening the database wrote, too.
        var failure: GalleryError?
        var foundAt: ContinuousClock.Instant?
        var isUnderWay = false
        /// Since when the writer is at other work.
        var takenAt: ContinuousClock.Instant?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// How long a finding vouches for the next.
    private static let memory: Duration = .seconds(2)
    /// What the writer is at for longer counts as stuck, and who asks waits for its end. Merges of hundreds
    /// of thousands of faces, the longest there are, take seconds.
    private static let patience: Duration = .seconds(300)

    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state = Locked(State())

    init(clock: @escaping @Sendable () -> ContinuousClock.Instant) { self.clock = clock }

    /// - Parameter attempt: a small write. It is to be done on the writer's queue, without a word to
    ///   `writerIsTaken`.
    /// - Throws: what the last attempt threw.
    func check(
        _ attempt: @escaping @Sendable () async throws(GalleryError) -> Void
    ) async throws(GalleryError) {
        if isNewFindingNeeded() { Task { await find(attempt) } }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let mustWait = state.withLock { state in
                let mustWait = state.isUnderWay && !isBusy(state)
                if mustWait { state.waiting.append(continuation) }
                return mustWait
            }
            if !mustWait { continuation.resume() }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Said on the writer's queue before all work but an attempt: it may have come between one and those who
    /// wait for it.
    func writerIsTaken() {
        let now = clock()
        answer { $0.takenAt = now }
    }

    func writerIsFree() { state.withLock { $0.takenAt = nil } }

    /// Whether the caller is the one to find out.
    private func isNewFindingNeeded() -> Bool {
        let now = clock()
        return state.withLock { state in
            if state.isUnderWay { return false }
            if let last = state.foundAt, now - last < Self.memory { return false }
            state.isUnderWay = true
            return true
        }
    }

    private func find(_ attempt: @Sendable () async throws(GalleryError) -> Void) async {
        var failure: GalleryError?
        do throws(GalleryError) { try await attempt() } catch { failure = error }
        let now = clock()
        answer { state in
            (state.failure, state.foundAt, state.isUnderWay) = (failure, now, false)
        }
    }

    private func isBusy(_ state: State) -> Bool {
        state.takenAt.map { clock() - $0 < Self.patience } ?? false
    }

    private func answer(after change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
