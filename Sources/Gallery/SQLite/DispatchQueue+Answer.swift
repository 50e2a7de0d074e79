import Dispatch
import Locks

extension DispatchQueue {
    /// Runs `body` on the queue and waits for what it gives or throws.
    ///
    /// The answer crosses over behind a lock and not in the continuation: the thread sanitizer does not see
    /// the order that a continuation makes when it is resumed before its task has gone to sleep
    /// (docs/decisions/0003-posix-locks.md).
    func answer<T: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> T
    ) async throws(Failure) -> T {
        let answer = Locked(Result<T, Failure>?.none)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            async {
                let result = Result { () throws(Failure) -> T in try body() }
                answer.withLock { $0 = result }
                continuation.resume()
            }
        }
        guard let result = answer.withLock({ $0.take() }) else {
            preconditionFailure("a task went on before its answer was there")
        }
        return try result.get()
    }
}
