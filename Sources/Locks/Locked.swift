import Glibc

/// A value behind a POSIX mutex, with the interface of `Synchronization.Mutex`.
///
/// That one hands a contended lock over in a priority-inheritance futex, inside a library that is not
/// instrumented; the thread sanitizer sees neither and reports races that are none. It knows `pthread_mutex`
/// (docs/decisions/0003-posix-locks.md).
///
/// `@unchecked Sendable`: `value` is reached through `withLock` only, under the mutex.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        mutex = .allocate(capacity: 1)
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "pthread_mutex_init: \(result)")
        self.value = value
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the value, while all others wait for it. A call of `withLock` within `body` never
    /// returns.
    package func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
