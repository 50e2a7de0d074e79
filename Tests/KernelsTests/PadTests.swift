import Kernels
import Testing

struct PadTests {
    static func pad(
        _ x: [Int32], _ shape: [Int], _ before: [Int64], _ after: [Int64], _ mode: Pad.Mode, pool: WorkerPool,
        constant: Int32? = nil
    ) throws -> [Int32] {
        let plan = try Pad(shape: shape, before: before, after: after, mode: mode)
        var output = [Int32](repeating: -99, count: plan.outputShape.reduce(1, *))
        if let constant {
            withUnsafeBytes(of: constant) {
                plan.run(input: x, output: &output, elementType: .int32, constant: $0.baseAddress, pool: pool)
            }
        } else {
            plan.run(input: x, output: &output, elementType: .int32, pool: pool)
        }
        return output
    }

    /// As NumPy's `pad` has them.
    @Test(
        arguments: [
            (Pad.Mode.constant, [0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0]),
            (.edge, [1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4]),
            (.reflect, [3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4]), (.wrap, [3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2]),
        ] as [(Pad.Mode, [Int32])])
    func `a row is continued as the mode says`(mode: Pad.Mode, expected: [Int32]) throws {
        #expect(try Self.pad([1, 2, 3, 4], [4], [2], [6], mode, pool: Support.pools[0]) == expected)
    }

    @Test(arguments: Pad.Mode.allCases)
    func `every axis is padded and cropped as its row is`(mode: Pad.Mode) throws {
        let shape = [3, 4, 5]
        let x = (0..<60).map { Int32($0 + 1) }
        for (before, after) in [
            ([1, 2, 3], [0, 1, 2]), ([-1, 0, -2], [2, -1, 1]), ([0, 0, 0], [0, 0, 0]),
            ([30, 2, 1], [30, 3, 40]),
        ] {
            // Padding by axis, through index rows that a one-dimensional pad makes.
            let rows = try shape.indices.map { axis in
                try Self.pad(
                    (0..<Int32(shape[axis])).map { $0 }, [shape[axis]], [Int64(before[axis])],
                    [Int64(after[axis])],
                    mode, pool: Support.pools[0], constant: -1)
            }
            let expected = Support.places(rows.map(\.count)).map { place in
                let from = place.enumerated().map { Int(rows[$0][$1]) }
                return from.contains(-1) ? 77 : x[zip(from, shape).reduce(0) { $0 * $1.1 + $1.0 }]
            }
            for pool in Support.pools {
                let found = try Self.pad(
                    x, shape, before.map { Int64($0) }, after.map { Int64($0) }, mode, pool: pool,
                    constant: 77)
                #expect(found == expected, "\(before) \(after)")
            }
        }
    }

    @Test func `a row that lies wholly in the padding holds only padding`() throws {
        #expect(
            try Self.pad([1, 2], [2], [-2], [3], .constant, pool: Support.pools[0], constant: 5) == [5, 5, 5])
        #expect(try Self.pad([1, 2], [2], [3], [-4], .constant, pool: Support.pools[0], constant: 5) == [5])
    }

    @Test func `a scalar and an axis of one have nothing to reflect`() throws {
        #expect(try Self.pad([4], [], [], [], .constant, pool: Support.pools[0]) == [4])
        #expect(try Self.pad([4], [1], [2], [1], .reflect, pool: Support.pools[0]) == [4, 4, 4, 4])
    }

    static let impossible: [([Int64], [Int64])] = [
        ([.max], [.max]), ([.min], [0]), ([-3], [0]), ([1, 1], [1, 1]), ([], []), ([1 << 61], [1]),
        // Together they leave an axis of 1, but no place of it has a number in the input.
        ([.min], [.max]), ([.max], [-.max]),
    ]

    @Test(arguments: impossible)
    func `pads that give no shape are refused`(before: [Int64], after: [Int64]) {
        #expect(throws: KernelError.self) {
            try Pad(shape: [2], before: before, after: after, mode: .constant)
        }
    }

    @Test func `an empty axis has nothing to repeat`() {
        for mode in [Pad.Mode.edge, .reflect, .wrap] {
            #expect(throws: KernelError.self) { try Pad(shape: [0], before: [1], after: [0], mode: mode) }
        }
    }
}
