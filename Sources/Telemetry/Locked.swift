import Glibc

/// A value behind a POSIX mutex.
///
/// `Synchronization.Mutex` hands a contended lock over inside the kernel (a priority-inheritance futex),
/// which the thread sanitizer can't see and reports as races. It knows `pthread_mutex`, so what several
/// threads fight for stands behind this one, and sanitizer runs stay meaningful.
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

    /// Runs `body` with the value; it must be short and call nothing that locks.
    package func withLock<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
