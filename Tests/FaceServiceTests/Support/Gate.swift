import Foundation
import TestKit

/// A gate that work stops at until a test opens it; it tells how many have come. Waits end in an error
/// (`HangGuard`) rather than never.
///
/// `@unchecked Sendable`: the variables are touched with `condition` locked only.
final class Gate: @unchecked Sendable {
    struct TimedOut: Error {}

    private let condition = NSCondition()
    private var isOpen = false
    private var arrived = 0

    /// Stops the calling thread until the gate is open.
    func pass() throws {
        condition.lock()
        defer { condition.unlock() }
        arrived += 1
        condition.broadcast()
        try wait { isOpen }
    }

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits on a thread of its own until `count` have come to the gate.
    func waitForArrivals(_ count: Int) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread { [self] in
                continuation.resume(with: Result { try blockUntilArrivals(count) })
            }.start()
        }
    }

    private func blockUntilArrivals(_ count: Int) throws {
        condition.lock()
        defer { condition.unlock() }
        try wait { arrived >= count }
    }

    private func wait(_ isDone: () -> Bool) throws {
        let limit = Date(timeIntervalSinceNow: TimeInterval(HangGuard.gateSeconds))
        while !isDone() {
            guard condition.wait(until: limit) else { throw TimedOut() }
        }
    }
}
