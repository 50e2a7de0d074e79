import Dispatch
import Glibc

/// Real time, for tests that have to see that something does *not* happen meanwhile.
enum Pause {
    /// Blocks the calling thread.
    static func thread(_ seconds: Double) { usleep(UInt32(seconds * 1_000_000)) }

    /// Does something later.
    static func then(_ seconds: Double, _ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { @Sendable in body() }
    }
}
