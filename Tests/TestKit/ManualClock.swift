import Locks

/// A monotonic clock that stands still until a test moves it.
///
/// Hand `now` to code that takes its time as a closure.
package final class ManualClock: Sendable {
    private let elapsed = Locked(Duration.zero)

    package init() {}

    /// Since the clock was made.
    package var now: Duration { elapsed.withLock { $0 } }

    /// Traps on a negative duration: time does not run backwards.
    package func advance(by duration: Duration) {
        precondition(duration >= .zero, "time does not run backwards")
        elapsed.withLock { $0 += duration }
    }
}
