import Foundation
import Synchronization

/// The threads of this process that do work of their own beside each other, a service's workers say.
///
/// The helpers of a `WorkerPool` join where such a thread leaves a core idle and stay away where all cores
/// are taken: there a helper would gain one thread nothing that it does not cost another, and the handing
/// over besides.
package enum BusyThreads {
    private static let count = Atomic<Int>(0)
    private static let cores = ProcessInfo.processInfo.activeProcessorCount

    /// Runs `body` as the work of one thread more.
    package static func working<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        count.wrappingAdd(1, ordering: .relaxed)
        defer { count.wrappingSubtract(1, ordering: .relaxed) }
        return try body()
    }

    /// Whether there is a core for each of `helpers` threads. Who is alone always gets them: that many
    /// threads were asked for.
    static func leaveRoom(for helpers: Int) -> Bool {
        let busy = count.load(ordering: .relaxed)
        return busy <= 1 || busy + helpers <= cores
    }
}
