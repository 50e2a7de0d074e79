import Foundation
import Kernels
import TestKit
import Testing

/// Functions and normalisations that are made in vectors, against their definitions in double.
struct LineKernelTests {
    private static func gelu(_ x: Double) -> Double { x / 2 * (1 + Foundation.erf(x / 2.0.squareRoot())) }

    private static func byTangent(_ x: Double) -> Double {
        x / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }

    @Test func `tangents and error functions keep their digits near zero and far from it, in place`() {
        let small = (0...4_000).map { Float(Foundation.pow(10, -30 + Double($0) * 0.0075)) }
        let x = small + small.map { -$0 } + (0...20_000).map { Float($0) * 0.0012 - 12 }
        for (operation, function) in [
            (UnaryOperation.tanh, { Foundation.tanh($0) }), (.erf, { Foundation.erf($0) }),
        ] as [(UnaryOperation, (Double) -> Double)] {
            for table in Support.tables {
                var found = x
                found.withUnsafeMutableBufferPointer {
                    let start = $0.baseAddress!
                    Elementwise.apply(
                        operation, UnsafePointer(start), start, count: $0.count, pool: Support.pools[0],
                        table: table)
                }
                let worst = zip(found, x).map { found, x in
                    let expected = function(Double(x))
                    return expected == 0 ? 0 : abs(Double(found) - expected) / abs(expected)
                }.max()
                #expect((worst ?? 1) < 3e-7, "\(operation) \(table.instructionSet)")
            }
        }
    }

    /// Near zero the share below x is a half, and far below it next to nothing: errors are told in parts of
    /// x.
    @Test func `gelu keeps its digits near zero, and what is infinite or no number`() {
        let small = (0...4_000).map { Float(Foundation.pow(10, -30 + Double($0) * 0.0075)) }
        let x = small + small.map { -$0 } + (0...20_000).map { Float($0) * 0.0012 - 12 }
        var results: Set<[Float]> = []
        for table in Support.tables {
            func gelu(_ x: [Float]) -> [Float] {
                Support.output(x.count) {
                    Elementwise.apply(
                        .gelu, x, $0, count: x.count, pool: Support.pools[0], table: table)
                }
            }
            let found = gelu(x)
            let worst = zip(found, x).map { found, x in
                x == 0 ? abs(Double(found)) : abs(Double(found) - Self.gelu(Double(x))) / abs(Double(x))
            }.max()
            #expect((worst ?? 1) < 2e-7, "\(table.instructionSet)")
            let ends = gelu([.infinity, -.infinity, .nan, 0, -0.0, 100, -100])
            #expect(ends[0] == .infinity && ends[1].isNaN && ends[2].isNaN, "\(table.instructionSet)")
            #expect(Array(ends[3...]) == [0, 0, 100, 0], "\(table.instructionSet)")
            if table.fusesProducts { results.insert(found) }
        }
        #expect(results.count <= 1)
    }

    @Test func `both forms of gelu agree with the definition`() {
        let x = (0...20_000).map { Float($0) * 0.0012 - 12 }
        for (operation, function) in [(UnaryOperation.gelu, Self.gelu), (.geluByTangent, Self.byTangent)] {
            let expected = x.map { Float(function(Double($0))) }
            for table in Support.tables {
                let found = Support.output(x.count) {
                    Elementwise.apply(
                        operation, x, $0, count: x.count, pool: Support.pools[0], table: table)
                }
                let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max()
                #expect((worst ?? 1) < 3e-7, "\(operation) \(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 197, 1_000])
    func `softmax of neighbours agrees with the definition, in place`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let x = Support.floats(3 * count, &generator, in: -90...90)
        let expected = (0..<3).flatMap { row -> [Double] in
            let line = x[row * count..<(row + 1) * count].map { Double($0) }
            let powers = line.map { Foundation.exp($0 - line.max()!) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
        for table in Support.tables {
            var found = x
            found.withUnsafeMutableBufferPointer {
                let start = $0.baseAddress!
                Softmax.run(
                    AxisGeometry(outer: 3, axis: count, inner: 1), input: UnsafePointer(start),
                    output: start, pool: Support.pools[1], table: table)
            }
            for (found, expected) in zip(found, expected) where expected > 1e-37 {
                #expect(abs(Double(found) - expected) / expected < 1e-6, "\(table.instructionSet)")
            }
        }
    }

    @Test func `masked elements take nothing, and NaN takes all`() {
        for table in Support.tables {
            func softmax(_ x: [Float]) -> [Float] {
                Support.output(x.count) {
                    Softmax.run(
                        AxisGeometry(outer: 1, axis: x.count, inner: 1), input: x, output: $0,
                        pool: Support.pools[0], table: table)
                }
            }
            #expect(softmax([1, -.infinity, 1]).prefix(3) == [0.5, 0, 0.5])
            #expect(softmax([1, .nan, 1]).prefix(3).allSatisfy { $0.isNaN })
            #expect(softmax([-1_000, 0]).prefix(2) == [0, 1])
        }
    }

    @Test(arguments: [1, 7, 16, 33, 384])
    func `layer normalisation agrees with the definition`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let rows = 5
        // Far from zero, where a variance from sums of squares would lose its digits.
        let x = Support.floats(rows * count, &generator, in: 90...110)
        let (scale, shift) = (Support.floats(count, &generator), Support.floats(count, &generator))
        var expected: [Float] = []
        var means: [Float] = []
        for row in 0..<rows {
            let line = x[row * count..<(row + 1) * count].map { Double($0) }
            let mean = line.reduce(0, +) / Double(count)
            let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            means.append(Float(mean))
            expected += line.indices.map {
                Float(
                    (line[$0] - mean) / (variance + 1e-3).squareRoot() * Double(scale[$0]) + Double(shift[$0])
                )
            }
        }
        let layer = LayerNormalization(rows: rows, count: count, epsilon: 1e-3)
        for table in Support.tables {
            for pool in Support.pools {
                var found = [Float](repeating: 0, count: rows)
                let output = Support.output(x.count) { output in
                    found.withUnsafeMutableBufferPointer { mean in
                        layer.run(
                            input: x, scale: scale, shift: shift, output: output,
                            statistics: .init(mean: mean.baseAddress, inverseDeviation: nil), pool: pool,
                            table: table)
                    }
                }
                #expect(Support.difference(output, expected) < 2e-5, "\(table.instructionSet)")
                #expect(Support.difference(found, means) < 1e-6)
            }
        }
    }

    @Test func `instance normalisation agrees with the definition`() {
        var generator = SeededGenerator(seed: 3)
        let (planes, count) = (6, 35)
        let x = Support.floats(planes * count, &generator)
        let (scale, shift): ([Float], [Float]) = ([1, -2, 0.5], [0, 1, 2])
        let expected = (0..<planes).flatMap { plane -> [Float] in
            let line = x[plane * count..<(plane + 1) * count].map { Double($0) }
            let mean = line.reduce(0, +) / Double(count)
            let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            return line.map {
                Float(
                    ($0 - mean) / (variance + 1e-5).squareRoot() * Double(scale[plane % 3])
                        + Double(shift[plane % 3]))
            }
        }
        let layer = InstanceNormalization(batch: 2, channels: 3, planeCount: count, epsilon: 1e-5)
        for table in Support.tables {
            let found = Support.output(x.count) {
                layer.run(
                    input: x, scale: scale, shift: shift, output: $0, pool: Support.pools[1], table: table)
            }
            #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
        }
    }
}
