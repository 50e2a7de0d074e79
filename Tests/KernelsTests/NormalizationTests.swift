import Foundation
import Kernels
import TestKit
import Testing

struct NormalizationTests {
    @Test(arguments: [37, 1]) func `batch normalisation agrees with the definition`(plane: Int) {
        var generator = SeededGenerator(seed: 1)
        let (batch, channels) = (2, 5)
        let x = Support.floats(batch * channels * plane, &generator)
        let (scale, bias) = (Support.floats(channels, &generator), Support.floats(channels, &generator))
        let mean = Support.floats(channels, &generator)
        let variance = Support.floats(channels, &generator, in: 0.001...3)
        let expected = x.enumerated().map { index, value in
            let c = index / plane % channels
            let deviation = (Double(variance[c]) + 1e-5).squareRoot()
            return Float(Double(scale[c]) * (Double(value) - Double(mean[c])) / deviation + Double(bias[c]))
        }
        let layer = scale.withUnsafeBufferPointer { scale in
            bias.withUnsafeBufferPointer { bias in
                mean.withUnsafeBufferPointer { mean in
                    variance.withUnsafeBufferPointer {
                        BatchNormalization(scale: scale, bias: bias, mean: mean, variance: $0, epsilon: 1e-5)
                    }
                }
            }
        }
        for table in Support.tables {
            let found = Support.output(x.count) {
                layer.run(
                    batch: batch, planeCount: plane, input: x, output: $0, pool: Support.pools[1],
                    table: table)
            }
            #expect(Support.difference(found, expected) < 2e-6)
        }
    }

    /// Lines of a tensor along an axis, each with the numbers of its elements.
    static func lines(_ shape: [Int], axis: Int) -> [[Int]] {
        var rest = shape
        rest[axis] = 1
        return Support.places(rest).map { place in
            (0..<shape[axis]).map { along in
                var place = place
                place[axis] = along
                return zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }
            }
        }
    }

    @Test(arguments: [-1, 0, 1, 2])
    func `softmax agrees with the definition`(axis: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let shape = [3, 17, 5]
        let x = Support.floats(255, &generator, in: -90...90)
        var expected = [Float](repeating: 0, count: 255)
        for line in Self.lines(shape, axis: (axis + 3) % 3) {
            let largest = Double(line.map { x[$0] }.max()!)
            let sum = line.reduce(0) { $0 + Foundation.exp(Double(x[$1]) - largest) }
            for index in line { expected[index] = Float(Foundation.exp(Double(x[index]) - largest) / sum) }
        }
        let geometry = try AxisGeometry(shape: shape, axis: axis)
        for pool in Support.pools {
            let found = Support.output(255) { Softmax.run(geometry, input: x, output: $0, pool: pool) }
            #expect(Support.difference(found, expected) < 1e-6)
        }
    }

    @Test(arguments: [1, 2], [0, 1, 2])
    func `the p-norm agrees with the definition and zeros stay zeros`(p: Int, axis: Int) throws {
        var generator = SeededGenerator(seed: 3)
        let shape = [4, 6, 3]
        var x = Support.floats(72, &generator)
        let lines = Self.lines(shape, axis: axis)
        for index in lines[1] { x[index] = 0 }
        var expected = [Float](repeating: 0, count: 72)
        for line in lines {
            let sum = line.reduce(0.0) { $0 + (p == 1 ? abs(Double(x[$1])) : Double(x[$1]) * Double(x[$1])) }
            let norm = p == 1 ? sum : sum.squareRoot()
            for index in line { expected[index] = norm == 0 ? 0 : Float(Double(x[index]) / norm) }
        }
        let geometry = try AxisGeometry(shape: shape, axis: axis)
        let found = Support.output(72) {
            LpNormalization.run(geometry, p: p, input: x, output: $0, pool: Support.pools[0])
        }
        #expect(Support.difference(found, expected) < 1e-6)
    }

    @Test func `an axis that is not there is refused`() {
        #expect(throws: KernelError.axisInvalid(axis: 3, rank: 3)) {
            try AxisGeometry(shape: [1, 2, 3], axis: 3)
        }
        #expect(throws: KernelError.axisInvalid(axis: -4, rank: 3)) {
            try AxisGeometry(shape: [1, 2, 3], axis: -4)
        }
        #expect(throws: KernelError.axisInvalid(axis: 0, rank: 0)) { try AxisGeometry(shape: [], axis: 0) }
    }

    @Test(arguments: Reduction.Operation.allCases)
    func `reductions agree with the definition`(operation: Reduction.Operation) throws {
        var generator = SeededGenerator(seed: 4)
        let shape = [3, 4, 1, 5]
        let x = Support.floats(60, &generator)
        for axes in [[], [0], [3], [-1, 1], [0, 2], [1, 2, 3], [2], [0, 1, 2, 3]] {
            let reduced = Set(axes.isEmpty ? [0, 1, 2, 3] : axes.map { ($0 + 4) % 4 })
            let kept = shape.indices.map { reduced.contains($0) ? 1 : shape[$0] }
            var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
            for (place, value) in zip(Support.places(shape), x) {
                groups[Support.index(place, kept)].append(Double(value))
            }
            let plan = try Reduction(operation, shape: shape, axes: axes)
            #expect(plan.keptShape == kept)
            #expect(plan.droppedShape == shape.indices.filter { !reduced.contains($0) }.map { shape[$0] })
            for pool in Support.pools {
                let found = Support.output(groups.count) { plan.run(input: x, output: $0, pool: pool) }
                #expect(Support.difference(found, groups.map { Float(Self.reduce(operation, $0)) }) < 1e-6)
            }
        }
    }

    static func reduce(_ operation: Reduction.Operation, _ x: [Double]) -> Double {
        switch operation {
        case .mean: x.reduce(0, +) / Double(x.count)
        case .sum: x.reduce(0, +)
        case .l1: x.reduce(0) { $0 + abs($1) }
        case .l2: x.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .sumSquare: x.reduce(0) { $0 + $1 * $1 }
        case .maximum: x.max()!
        case .minimum: x.min()!
        case .product: x.reduce(1, *)
        }
    }

    @Test func `reducing nothing gives the neutral element or is refused`() throws {
        let sum = try Reduction(.sum, shape: [2, 0], axes: [1])
        #expect(Support.output(2) { sum.run(input: [0], output: $0, pool: Support.pools[0]) } == [0, 0])
        let none = try Reduction(.maximum, shape: [0, 3], axes: [1])
        #expect(none.droppedShape == [0])
        #expect(throws: KernelError.self) { try Reduction(.maximum, shape: [2, 0], axes: [1]) }
        #expect(throws: KernelError.axisInvalid(axis: 2, rank: 2)) {
            try Reduction(.sum, shape: [2, 2], axes: [2])
        }
        #expect(throws: KernelError.axisInvalid(axis: -1, rank: 2)) {
            try Reduction(.sum, shape: [2, 2], axes: [1, -1])
        }
    }
}
