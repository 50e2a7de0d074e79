/// SplitMix64, seeded from a number and a name: the stream is the same on every machine and in every run,
/// which Swift's own `Hasher` and generators do not promise.
struct StableGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// FNV-1a of the name's UTF-8 bytes, moved by the seed.
    static func seed(_ seed: UInt64, name: String) -> UInt64 {
        var mixer = StableGenerator(seed: seed)
        return name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ mixer.next()) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

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
