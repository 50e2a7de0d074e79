import CKernels
import Glibc
import Synchronization

/// The threads behind a `WorkerPool`, and the one job they have at a time.
///
/// Unchecked because `body`, `count`, `isOpen` and `isStopping` are plain: they change under `mutex` only.
/// `body` and `count` may be read without it by who was counted in (`running`) while the job was open, for
/// they change again only after `running` has come back to zero.
final class WorkerCrew: @unchecked Sendable {
    typealias Body = (_ index: Int, _ worker: Int) -> Void

    /// Turns of the wait loop before a thread parks: some 20 microseconds, the usual gap between two kernels.
    private static let spins = 1_000

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private let isTaken = Atomic<Bool>(false)
    private let generation = Atomic<Int>(0)
    private let next = Atomic<Int>(0)
    private let running = Atomic<Int>(0)

    private var threads: [pthread_t] = []
    private var body: Body?
    private var count = 0
    private var isOpen = false
    private var isStopping = false

    /// Starts the threads. Traps when the system gives none.
    init(workers: Int) {
        precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(wake, nil) == 0)
        precondition(pthread_cond_init(done, nil) == 0)
        for worker in 1...workers { threads.append(start(worker: worker)) }
    }

    deinit {
        pthread_cond_destroy(done)
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        done.deallocate()
        wake.deallocate()
        mutex.deallocate()
    }

    /// Ends and joins the threads; nothing may run any more.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        generation.wrappingAdd(1, ordering: .releasing)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// Runs the job with all threads that are free for it; false, nothing done, when another job has them.
    func run(_ count: Int, _ body: Body) -> Bool {
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return false
        }
        withoutActuallyEscaping(body) { body in
            open(count, body)
            drain(worker: 0)
            close()
        }
        isTaken.store(false, ordering: .releasing)
        return true
    }

    private func open(_ count: Int, _ body: @escaping Body) {
        pthread_mutex_lock(mutex)
        self.body = body
        self.count = count
        next.store(0, ordering: .relaxed)
        isOpen = true
        generation.wrappingAdd(1, ordering: .releasing)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Lets nobody in any more and waits for those inside.
    private func close() {
        pthread_mutex_lock(mutex)
        isOpen = false
        if running.load(ordering: .relaxed) > 0 {
            pthread_mutex_unlock(mutex)
            spin { running.load(ordering: .acquiring) == 0 }
            pthread_mutex_lock(mutex)
        }
        while running.load(ordering: .relaxed) > 0 { pthread_cond_wait(done, mutex) }
        body = nil
        pthread_mutex_unlock(mutex)
    }

    /// Claims indices until none is left.
    private func drain(worker: Int) {
        guard let body else { return }
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index, worker)
        }
    }

    private func spin(until isOver: () -> Bool) {
        for _ in 0..<WorkerCrew.spins {
            if isOver() { return }
            ck_pause()
        }
    }
}

extension WorkerCrew {
    /// What a new thread is handed.
    private final class Start {
        let crew: WorkerCrew
        let worker: Int

        init(crew: WorkerCrew, worker: Int) { (self.crew, self.worker) = (crew, worker) }
    }

    private func start(worker: Int) -> pthread_t {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Start(crew: self, worker: worker)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                start.crew.work(as: start.worker)
                return nil
            }, argument)
        precondition(status == 0, "no thread for the worker pool: error \(status)")
        return thread
    }

    /// The life of a worker: job after job until the crew stops.
    private func work(as worker: Int) {
        var seen = 0
        while enter(after: &seen) {
            drain(worker: worker)
            leave()
        }
    }

    /// Waits for a job later than number `seen` that is still open and joins it; false when the crew stops.
    private func enter(after seen: inout Int) -> Bool {
        let last = seen
        spin { generation.load(ordering: .acquiring) != last }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopping, !isOpen || generation.load(ordering: .relaxed) == last {
            pthread_cond_wait(wake, mutex)
        }
        seen = generation.load(ordering: .relaxed)
        if !isStopping { running.wrappingAdd(1, ordering: .relaxed) }
        return !isStopping
    }

    private func leave() {
        pthread_mutex_lock(mutex)
        if running.wrappingSubtract(1, ordering: .releasing).newValue == 0 { pthread_cond_signal(done) }
        pthread_mutex_unlock(mutex)
    }
}
