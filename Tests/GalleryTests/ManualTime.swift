import Encodings
import Gallery
import Locks

/// A wall clock that a test turns by hand.
final class ManualTime: Sendable {
    private let time = Locked(Timestamp(milliseconds: 1_700_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func set(_ milliseconds: Int64) { time.withLock { $0 = Timestamp(milliseconds: milliseconds) } }
}
