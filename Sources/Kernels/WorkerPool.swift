/// Threads that share out the chunks of a kernel's work.
package final class WorkerPool: Sendable {
    /// Threads that take part in a run, the caller included.
    package let threads: Int

    /// A pool of `threads` threads, the caller of `run` being one: none is made for one.
    package init(threads: Int) { self.threads = max(threads, 1) }

    /// Calls `body` once for each index in `0..<count`, in any order; returns when all are done.
    package func run(_ count: Int, _ body: (Int) -> Void) { run(count) { index, _ in body(index) } }

    /// As `run(_:_:)`; `worker`, in `0..<threads`, is a number no other call that runs at the same time for this
    /// run has, so that it can choose its own part of a scratch buffer.
    package func run(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) { fatalError("to come") }
}
