import Foundation
import Kernels

/// Normal noise that follows from its seed alone: SplitMix64 and Box and Muller's transform.
struct NoiseGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    private mutating func next() -> UInt64 { source.next() }

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
