import Locks

/// One result on its way from a thread to the task that waits for it; the first result counts.
///
/// The result crosses over behind a lock, the continuation only wakes the task: the thread sanitizer does not
/// see the order that a continuation makes when it is resumed before its task has gone to sleep
/// (docs/decisions/0003-posix-locks.md).
final class HandOver<R: Sendable>: Sendable {
    private struct State {
        var result: Result<R, any Error>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    /// Waits for the result of what `start` puts under way; one task may wait. `start` is not called where
    /// the result is there already.
    func value(_ start: @Sendable () -> Void) async throws -> R {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = state.withLock { state in
                if state.result == nil { state.waiter = continuation }
                return state.result != nil
            }
            if isReady { continuation.resume() } else { start() }
        }
        guard let result = state.withLock({ $0.result }) else {
            preconditionFailure("a task went on before its result was there")
        }
        return try result.get()
    }

    /// Whether a result is there already, and whatever else comes would be for nobody.
    var isFinished: Bool { state.withLock { $0.result != nil } }

    func finish(with result: Result<R, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.result == nil else { return nil }
            state.result = result
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
