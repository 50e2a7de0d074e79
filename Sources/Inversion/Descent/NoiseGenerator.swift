import Foundation

/// Normal noise that follows from its seed alone: SplitMix64 and Box and Muller's transform.
struct NoiseGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `count` numbers of mean 0 and deviation 1.
    mutating func normal(count: Int) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(count + 1)
        while values.count < count {
            // Over 0, where the logarithm has none, and up to 1.
            let radius = (-2 * log(Double((next() >> 11) + 1) * 0x1p-53)).squareRoot()
            let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
            values.append(Float(radius * cos(angle)))
            values.append(Float(radius * sin(angle)))
        }
        return Array(values.prefix(count))
    }
}
