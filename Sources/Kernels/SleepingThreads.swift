import CKernels
import Glibc
import Synchronization

/// Threads that wait for something that others do: awake for a while, then asleep.
///
/// What is waited for is in atomics, written and read sequentially consistent: then who writes sees the
/// sleeper or the sleeper sees what is written, and to wake nobody costs one load.
///
/// Unchecked because of the two pointers: mutex and condition live as long as this, and are for any thread.
final class SleepingThreads: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let woken = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let asleep = Atomic<Int>(0)

    init() {
        precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(woken, nil) == 0)
    }

    deinit {
        pthread_cond_destroy(woken)
        pthread_mutex_destroy(mutex)
        woken.deallocate()
        mutex.deallocate()
    }

    /// Returns once `isOver` holds, after `spins` turns of a loop in sleep.
    func wait(spins: Int, until isOver: () -> Bool) {
        for _ in 0..<spins {
            if isOver() { return }
            ck_pause()
        }
        pthread_mutex_lock(mutex)
        asleep.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while !isOver() { pthread_cond_wait(woken, mutex) }
        asleep.wrappingSubtract(1, ordering: .relaxed)
        pthread_mutex_unlock(mutex)
    }

    /// Lets all who sleep look again; called after what they wait for was written.
    func wake() {
        guard asleep.load(ordering: .sequentiallyConsistent) > 0 else { return }
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(woken)
        pthread_mutex_unlock(mutex)
    }
}
