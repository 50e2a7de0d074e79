/// Threads that share out the chunks of a kernel's work.
///
/// Each thread has a share of the chunks and claims them one by one, then those that others have left: a
/// thread that the system holds up delays the run by its one chunk only, and a thread that wakes late finds
/// nothing left and delays nobody. One run at a time has the threads: a second caller, or a body that runs
/// again, does its own work inline and never waits. So does one for whose helpers `BusyThreads` leave no
/// core.
package final class WorkerPool: Sendable {
    /// Threads that take part in a run, the caller included.
    package let threads: Int

    private let crew: WorkerCrew?

    /// Turns of a thread's wait loop before it sleeps: some 100 microseconds, longer than most steps of a
    /// network that are not shared out. Waking a thread takes as long.
    private static let spins = 5_000

    /// A pool of `threads` threads, the caller of `run` being one: none is made for one.
    package convenience init(threads: Int) { self.init(threads: threads, spins: WorkerPool.spins) }

    /// The same with threads that sleep after so many turns of their wait loop.
    package init(threads: Int, spins: Int) {
        self.threads = max(threads, 1)
        crew = threads > 1 ? WorkerCrew(workers: threads - 1, spins: spins) : nil
    }

    deinit { crew?.stop() }

    /// Calls `body` once for each index in `0..<count`, in any order; returns when all are done.
    package func run(_ count: Int, _ body: (Int) -> Void) { run(count) { index, _ in body(index) } }

    /// As `run(_:_:)`; no two calls of `body` that run at the same time in this run have the same `worker`, a
    /// number in `0..<threads`: with it they choose their own part of a scratch buffer.
    package func run(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        if count > 1, let crew, BusyThreads.leaveRoom(for: threads - 1), crew.run(count, body) { return }
        for index in 0..<max(count, 0) { body(index, 0) }
    }

    /// Splits `0..<count` into ranges of at least `grain`, at most four a thread, and runs them.
    package func runRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        let pieces = max(1, min(count / max(grain, 1), threads == 1 ? 1 : threads * 4))
        run(pieces) { piece in body(count * piece / pieces..<count * (piece + 1) / pieces) }
    }
}
