import Kernels
import TestKit
import Testing

/// Reductions over every set of axes of random shapes, against a plain loop in double.
struct ReductionTests {
    private static func shape(_ generator: inout SeededGenerator) -> [Int] {
        let extents = [0, 1, 1, 2, 3, 5, 7, 8, 9, 17, 31, 300]
        while true {
            let rank = Int.random(in: 1...4, using: &generator)
            let shape = (0..<rank).map { _ in extents.randomElement(using: &generator) ?? 1 }
            if shape.reduce(1, *) <= 20_000 { return shape }
        }
    }

    /// The elements of each output, in the order of the input.
    private static func groups(_ x: [Float], _ shape: [Int], _ kept: [Int]) -> [[Double]] {
        var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
        for (place, value) in zip(Support.places(shape), x) {
            groups[Support.index(place, kept)].append(Double(value))
        }
        return groups
    }

    private static func isClose(_ found: Float, _ operation: Reduction.Operation, _ group: [Double]) -> Bool {
        let isExtreme = operation == .maximum || operation == .minimum
        if isExtreme, group.contains(where: \.isNaN) { return found.isNaN }
        let expected = Float(NormalizationTests.reduce(operation, group))
        if isExtreme { return found == expected }
        if expected.isNaN { return found.isNaN }
        // Sums that cancel are as wrong as their terms are large.
        let scale = group.reduce(1e-30) { $0 + abs($1) }
        let tolerance =
            operation == .product ? abs(expected) * 2e-7 : max(abs(expected) * 2e-7, Float(scale * 1e-13))
        return found == expected || abs(found - expected) <= tolerance
    }

    @Test(arguments: Reduction.Operation.allCases)
    func `any axes of any shape agree with the definition`(operation: Reduction.Operation) throws {
        var generator = SeededGenerator(seed: 21)
        for round in 0..<40 {
            let shape = Self.shape(&generator)
            var x = Support.floats(shape.reduce(1, *), &generator)
            if round % 3 == 0 {
                for index in x.indices where Int.random(in: 0..<50, using: &generator) == 0 {
                    x[index] = .nan
                }
            }
            let input = GuardedBuffer(x, side: .end)
            for chosen in 1..<1 << shape.count {
                let axes = shape.indices.filter { chosen >> $0 & 1 == 1 }
                let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
                let groups = Self.groups(x, shape, kept)
                let isExtreme = operation == .maximum || operation == .minimum
                if isExtreme, groups.contains([]) { continue }
                let plan = try Reduction(operation, shape: shape, axes: axes)
                let found = Support.pools.map { pool in
                    Support.output(groups.count) { plan.run(input: input.base, output: $0, pool: pool) }
                }
                #expect(found[0].map(\.bitPattern) == found[1].map(\.bitPattern), "\(shape) \(axes)")
                #expect(
                    zip(found[0], groups).allSatisfy { Self.isClose($0, operation, $1) }, "\(shape) \(axes)")
            }
        }
    }

    @Test(arguments: Reduction.Operation.allCases, [[1], [2], [3], [1, 3], [2, 3], [1, 2, 3]])
    func `an image of a batch gives the bits it gives alone`(
        operation: Reduction.Operation, axes: [Int]
    ) throws {
        var generator = SeededGenerator(seed: 22)
        let image = [7, 13, 19]
        let count = image.reduce(1, *)
        let x = Support.floats(5 * count, &generator, in: -1.5...1.5)
        func run(_ batch: Int, _ x: [Float], _ pool: WorkerPool) throws -> [UInt32] {
            let plan = try Reduction(operation, shape: [batch] + image, axes: axes)
            return Support.output(plan.droppedShape.reduce(1, *)) {
                plan.run(input: x, output: $0, pool: pool)
            }.map(\.bitPattern)
        }
        let alone = try (0..<5).flatMap { index in
            try run(1, Array(x[index * count..<(index + 1) * count]), Support.pools[0])
        }
        for pool in Support.pools { #expect(try run(5, x, pool) == alone) }
    }

    @Test func `elements that overflow in part do not where their product does not`() throws {
        // In every eighth place a number so large that sixteen of them overflow a double, else its inverse.
        let x = (0..<1_024).map { Float(sign: .plus, exponent: $0 % 8 == 0 ? 126 : -18, significand: 1) }
        let plan = try Reduction(.product, shape: [x.count], axes: [0])
        #expect(Support.output(1) { plan.run(input: x, output: $0, pool: Support.pools[0]) } == [1])
    }
}
