import Glibc

/// A value behind a lock.
///
/// `Synchronization.Mutex` would serve, but the thread sanitizer does not see its contended path, which is in
/// a library that is not instrumented, and reports races that are none. It does see POSIX mutexes.
///
/// Unchecked because the value is mutable; it is touched under the mutex only.
package final class Guarded<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        precondition(pthread_mutex_init(mutex, nil) == 0)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` on the value; one caller at a time, and none within another.
    package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
