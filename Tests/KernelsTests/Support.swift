import Kernels
import TestKit
import Testing

/// Seeded values, comparisons and pools that the tests of this target share.
enum Support {
    static let pools = [WorkerPool(threads: 1), WorkerPool(threads: 3)]

    /// The tables this CPU can run, portable first.
    static let tables =
        KernelTable.InstructionSet.available.map { KernelTable(instructionSet: $0)! }
        + [otherHalves].compactMap { $0 }

    /// AVX-512 that makes small blocks the way that this CPU would not.
    private static let otherHalves = KernelTable(instructionSet: .avx512).flatMap {
        KernelTable(instructionSet: .avx512, halvesAreFaster: !$0.halvesAreFaster)
    }

    static func floats(
        _ count: Int, _ generator: inout SeededGenerator, in range: ClosedRange<Float> = -2...2
    )
        -> [Float]
    {
        (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }

    /// Those that this CPU lacks.
    static let missing = KernelTable.InstructionSet.allCases.filter { KernelTable(instructionSet: $0) == nil }

    /// The nearest bfloat16, ties to even.
    static func bfloat16(_ x: Float) -> Float {
        let bits = x.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    }

    /// The largest difference, over the larger of 1 and the largest expected magnitude; infinite where one
    /// holds NaN and the other not, or the counts differ.
    static func difference(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count else { return .infinity }
        var (worst, scale): (Float, Float) = (0, 1)
        for (x, y) in zip(found, expected) where x != y && !(x.isNaN && y.isNaN) {
            worst = max(worst, (x - y).isNaN ? .infinity : abs(x - y))
            if y.isFinite { scale = max(scale, abs(y)) }
        }
        return worst / scale
    }

    /// Runs `body` on memory for `count` results, set to NaN before, and answers them.
    static func output(_ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Void) rethrows -> [Float]
    {
        var result = [Float](repeating: .nan, count: max(count, 1))
        try result.withUnsafeMutableBufferPointer { try body($0.baseAddress!) }
        return Array(result.prefix(count))
    }

    /// All places of a shape, in row-major order.
    static func places(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { places, extent in places.flatMap { place in (0..<extent).map { place + [$0] } } }
    }

    /// The element number of a place; on axes of extent 1 every place is the first.
    static func index(_ place: [Int], _ shape: [Int]) -> Int {
        zip(place.suffix(shape.count), shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
    }
}
