import Kernels

/// SplitMix64, seeded from a number and a name: the stream is the same on every machine and in every run,
/// which Swift's own `Hasher` and generators do not promise.
struct StableGenerator: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    /// FNV-1a of the name's UTF-8 bytes, moved by the seed.
    static func seed(_ seed: UInt64, name: String) -> UInt64 {
        var mixer = StableGenerator(seed: seed)
        return name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ mixer.next()) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
    }

    mutating func next() -> UInt64 { source.next() }

    /// Evenly in 0..<1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Evenly in 0..<count. Traps when `count` is not positive.
    mutating func index(below count: Int) -> Int {
        precondition(count > 0, "nothing to choose from")
        return min(count - 1, Int(unit() * Double(count)))
    }

    /// Up to `most` of `values`, one out of each of as many equal parts, in order.
    mutating func spread<T>(_ values: [T], most: Int) -> [T] {
        guard values.count > most else { return values }
        return (0..<most).map { part in
            let start = values.count * part / most
            return values[start + index(below: values.count * (part + 1) / most - start)]
        }
    }
}
