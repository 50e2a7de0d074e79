import Glibc
import Synchronization

/// The threads behind a `WorkerPool`, and the one job they have at a time.
///
/// A job is opened and closed by its caller; threads join it in between, and no lock is taken by who does not
/// sleep. Most jobs take some microseconds, so a lock that two threads want at once would cost as much as the
/// work.
///
/// Unchecked because `body` and `shares` are plain: the caller that holds `isTaken` writes them while the job
/// is shut and nobody is in it, and they are read by who has joined since it was opened (`CrewState` orders
/// the two).
final class WorkerCrew: @unchecked Sendable {
    typealias Body = (_ index: Int, _ worker: Int) -> Void

    /// Turns of the wait loop before a thread sleeps.
    private let spins: Int

    private let isTaken = Atomic<Bool>(false)
    private let state = Atomic<CrewState>(CrewState())
    private let isStopping = Atomic<Bool>(false)
    private let sleepers: SleepingThreads
    private let caller: SleepingThreads

    private var threads: [pthread_t] = []
    private var body: Body?
    private var shares: WorkShares

    /// Starts the threads. Traps when the system gives none.
    init(workers: Int, spins: Int) {
        self.spins = spins
        shares = WorkShares(workers: workers + 1)
        (sleepers, caller) = (SleepingThreads(), SleepingThreads())
        for worker in 1...workers { threads.append(start(worker: worker)) }
    }

    /// Ends and joins the threads; nothing may run any more.
    func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        sleepers.wake()
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
        self.body = body
        shares.reset(count: count)
        state.store(state.load(ordering: .relaxed).opened, ordering: .sequentiallyConsistent)
        sleepers.wake()
    }

    /// Lets nobody in any more and waits for those inside.
    private func close() {
        var old = state.load(ordering: .relaxed)
        while true {
            let (exchanged, current) = state.compareExchange(
                expected: old, desired: old.shut, ordering: .sequentiallyConsistent)
            if exchanged { break }
            old = current
        }
        caller.wait(spins: spins) { state.load(ordering: .sequentiallyConsistent).joined == 0 }
        body = nil
    }

    private func drain(worker: Int) {
        guard let body else { return }
        shares.drain(worker: worker, body)
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
        while let job = join(after: seen) {
            seen = job
            drain(worker: worker)
            leave()
        }
    }

    /// Waits for a job later than number `seen` that is still open and joins it: its number; nil when the
    /// crew stops.
    private func join(after seen: Int) -> Int? {
        while true {
            sleepers.wait(spins: spins) {
                state.load(ordering: .sequentiallyConsistent).isOpen(after: seen)
                    || isStopping.load(ordering: .sequentiallyConsistent)
            }
            if isStopping.load(ordering: .relaxed) { return nil }
            let old = state.load(ordering: .relaxed)
            guard old.isOpen(after: seen) else { continue }
            if state.compareExchange(expected: old, desired: old.withOneMore, ordering: .acquiring).exchanged
            {
                return old.job
            }
        }
    }

    private func leave() {
        var old = state.load(ordering: .relaxed)
        while true {
            let (exchanged, current) = state.compareExchange(
                expected: old, desired: old.withOneLess, ordering: .sequentiallyConsistent)
            if exchanged { break }
            old = current
        }
        if old.withOneLess.isOver { caller.wake() }
    }
}
