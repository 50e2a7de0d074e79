import Foundation
import Kernels
import TestKit
import Testing

/// Powers with one exponent for all elements, against `pow`.
struct PowerTests {
    private static let special: [Float] = [
        0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
        .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 2, -2, 0.5, 3e12, 7e12,
        -7e12, 1e-13, 1e-15, -1e-15,
    ]

    /// The next numbers up and down included.
    private static func isWithinOneULP(_ found: Float, _ expected: Float) -> Bool {
        if expected.isNaN || found.isNaN { return expected.isNaN && found.isNaN }
        if found == expected { return found.sign == expected.sign }
        return found == expected.nextUp || found == expected.nextDown
    }

    @Test(
        arguments: [0, -0.0, 1, 2, 3, -1, 0.5, -0.5, 4, 2.5, .nan, .infinity] as [Float], [[], [1], [1, 1]])
    func `one exponent gives what pow gives`(exponent: Float, shape: [Int]) throws {
        var generator = SeededGenerator(seed: 31)
        let random = (0..<40_000).map { _ in
            Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
        }
        let x = Self.special + random.filter { !$0.isSignalingNaN }
        let broadcast = try Broadcast([x.count], shape)
        for pool in Support.pools {
            let found = Support.output(x.count) {
                Elementwise.apply(.power, broadcast, x, [exponent], $0, pool: pool)
            }
            let wrong = zip(x, found).filter { !Self.isWithinOneULP($1, Foundation.pow($0, exponent)) }
            #expect(wrong.isEmpty, "\(exponent): \(wrong.prefix(3))")
        }
    }
}
