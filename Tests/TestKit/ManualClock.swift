import Locks

/// A clock that a test turns by hand.
package final class ManualClock: Sendable {
    private let time = Locked(ContinuousClock.now)

    package init() {}

    package var now: ContinuousClock.Instant { time.withLock { $0 } }

    package func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
