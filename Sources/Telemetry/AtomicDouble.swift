import Synchronization

/// A double that several threads add to, without a lock.
final class AtomicDouble: Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: seen) + amount
            let (done, now) = bits.compareExchange(
                expected: seen, desired: sum.bitPattern, ordering: .relaxed)
            if done { return }
            seen = now
        }
    }
}
