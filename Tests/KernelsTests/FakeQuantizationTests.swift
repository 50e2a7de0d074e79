import Kernels
import TestKit
import Testing

/// Quantising and back as one rounding: by itself, at the end of convolutions, by a scale that follows from
/// the elements.
struct FakeQuantizationTests {
    /// Scales of every kind of last digits, small ones and large ones.
    private func scales(_ generator: inout SeededGenerator) -> [Float] {
        let fixed: [Float] = [
            1, 0.1, 1 / 3, 1 / 127, 1 / 255, 0x1.fffffep0, 0x1.000002p0, 0x1.fffffcp-20, 0x1p-100, 0x1p100,
        ]
        return fixed + (0..<60).map { _ in Float.random(in: 0.5...1, using: &generator) }
    }

    /// As near to halves as floats come, on both sides, and what lies beyond.
    private func numbers(_ scale: Float) -> [Float] {
        (-270...270).flatMap { step -> [Float] in
            let half = (Float(step) + 0.5) * scale
            return [
                half.nextDown.nextDown, half.nextDown, half, half.nextUp, half.nextUp.nextUp,
                Float(step) * scale,
            ]
        } + [0, -0.0, .infinity, -.infinity]
    }

    private func apply(_ activation: Activation, _ x: [Float], _ table: KernelTable) -> [Float] {
        Support.output(x.count) {
            Elementwise.apply(activation, x, $0, count: x.count, pool: Support.pools[0], table: table)
        }
    }

    @Test(arguments: LinearQuantizationTests.types)
    func `rounding is quantising and back to the last bit, with every instruction set`(type: ElementType)
        throws
    {
        var generator = SeededGenerator(seed: 21)
        for scale in scales(&generator) {
            for zero in [0, 1, type == .int8 ? -128 : 200] {
                let rounding = try #require(FakeQuantization(scale: scale, zeroPoint: zero, type: type))
                let x = numbers(scale) + Support.floats(501, &generator, in: -300...300).map { $0 * scale }
                let expected = x.map {
                    Float(LinearQuantizationTests.quantized($0, scale, zero, type) - zero) * scale
                }
                for table in Support.tables {
                    let found = apply(.quantized(.none, rounding), x, table)
                    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "\(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: functions) func `NaN is what the least byte stands for, whatever bound is before it`(
        function: Activation
    ) throws {
        let strange: [Float] = [.nan, -.nan, Float(bitPattern: 0x7FC0_00C8)]
        for (type, zero, least) in [(ElementType.uint8, 3, -3), (.uint8, 0, 0), (.int8, 5, -133)] {
            let rounding = try #require(FakeQuantization(scale: 0.5, zeroPoint: zero, type: type))
            let both = try #require(function.quantized(rounding))
            for table in Support.tables {
                for count in [1, 40] {
                    let x = (0..<count).map { strange[$0 % 3] }
                    #expect(
                        apply(both, x, table) == x.map { _ in Float(least) * 0.5 }, "\(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: [Float(0), -1, .nan, .infinity, 0x1p-120, 0x1p120])
    func `scales by which kernels cannot divide as operators do are left to these`(scale: Float) {
        #expect(FakeQuantization(scale: scale, zeroPoint: 0, type: .int8) == nil)
    }

    @Test func `zero points outside of the type, and types that are no bytes, are left as well`() {
        #expect(FakeQuantization(scale: 1, zeroPoint: 200, type: .int8) == nil)
        #expect(FakeQuantization(scale: 1, zeroPoint: -1, type: .uint8) == nil)
        #expect(FakeQuantization(scale: 1, zeroPoint: 0, type: .int32) == nil)
    }

    /// The functions that a rounding can follow.
    static let functions: [Activation] = [
        .none, .relu, .clip(low: -0.3, high: 0.7), .clip(low: 2, high: -2), .leakyRelu(alpha: 0.3), .sigmoid,
        .silu, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .tanh, .erf, .gelu, .geluByTangent,
    ]

    @Test(arguments: functions) func `a rounding behind a function is the two one after the other`(
        function: Activation
    ) throws {
        var generator = SeededGenerator(seed: 3)
        let rounding = try #require(FakeQuantization(scale: 0.013, zeroPoint: 90, type: .uint8))
        let both = try #require(function.quantized(rounding))
        #expect(both.quantized(rounding) == nil)
        let x = Support.floats(1_003, &generator, in: -3...3)
        for table in Support.tables {
            let expected = apply(.quantized(.none, rounding), apply(function, x, table), table)
            #expect(apply(both, x, table) == expected, "\(table.instructionSet)")
        }
    }

    @Test func `a bound that is NaN stays a function of its own`() throws {
        let rounding = try #require(FakeQuantization(scale: 1, zeroPoint: 0, type: .int8))
        #expect(Activation.clip(low: .nan, high: 1).quantized(rounding) == nil)
        #expect(Activation.clip(low: 0, high: .nan).quantized(rounding) == nil)
    }

    /// Every way to make sums ends them in its own place.
    @Test(arguments: KernelBoundsTests.shapes, [Activation.none, .relu, .leakyRelu(alpha: 0.2), .silu])
    func `a convolution rounds as a step behind it would`(
        shape: KernelBoundsTests.Shape, function: Activation
    ) throws {
        var generator = SeededGenerator(seed: UInt64(shape.inputs * shape.width))
        let (p, g) = (shape.parameters, shape.geometry)
        let rounding = try #require(FakeQuantization(scale: 0.017, zeroPoint: 120, type: .uint8))
        let plain = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator, in: -0.2...0.2)
        let count = g.batch * ChannelBlocks.count(p.outputChannels) * g.outputPlane * ChannelBlocks.width
        let residual = Support.floats(count, &generator)
        for (precision, table) in Precision.allCases.flatMap({ p in Support.tables.map { (p, $0) } }) {
            var input = plain
            var blocks = BlockOperatorTests.inBlocks(input, batch: g.batch, p.inputChannels, g.inputPlane)
            func run(_ activation: Activation, adds: Bool) throws -> [Float] {
                let packed = try #require(
                    BlockedConvolution(
                        parameters: p, weights: weights, bias: nil, activation: activation,
                        precision: precision, table: table))
                let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: 1))
                let output = Support.output(count) {
                    packed.run(
                        g, input: packed.readsBlocks ? blocks : input, residual: adds ? residual : nil,
                        output: $0, scratch: scratch.base, pool: Support.pools[0])
                }
                return BlockOperatorTests.inPlanes(
                    output, batch: g.batch, p.outputChannels, g.outputPlane)
            }
            for (adds, strange) in [(false, Float(0)), (true, 0), (false, .nan)] {
                // In some windows.
                blocks[0] += strange
                input[0] += strange
                let sums = try run(function, adds: adds)
                let found = try run(try #require(function.quantized(rounding)), adds: adds)
                #expect(
                    found == apply(.quantized(.none, rounding), sums, table),
                    "\(precision) \(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [3, 16, 37], [1, 2]) func `slopes of channels, over blocks, in place`(
        channels: Int, batch: Int
    ) throws {
        var generator = SeededGenerator(seed: 5)
        let (height, width) = (7, 11)
        let slopes = Support.floats(channels, &generator)
        let rounding = try #require(FakeQuantization(scale: 0.03, zeroPoint: 99, type: .uint8))
        let both = try #require(Activation.prelu(slopes: slopes).quantized(rounding))
        let planes = Support.floats(batch * channels * height * width, &generator)
        let bent = planes.enumerated().map { index, x in
            x < 0 ? x * slopes[index / (height * width) % channels] : x
        }
        for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
            for (activation, expected) in [
                (Activation.prelu(slopes: slopes), bent),
                (both, apply(.quantized(.none, rounding), bent, table)),
            ] {
                var found = BlockOperatorTests.inBlocks(planes, batch: batch, channels, height * width)
                found.withUnsafeMutableBufferPointer {
                    ChannelActivation(shape: [batch, channels, height, width], activation: activation).run(
                        UnsafePointer($0.baseAddress!), $0.baseAddress!, pool: pool, table: table)
                }
                #expect(
                    BlockOperatorTests.inPlanes(found, batch: batch, channels, height * width) == expected,
                    "\(table.instructionSet)")
            }
        }
    }

    /// The last block filled up, with what must not count, and whole.
    @Test(arguments: [5, 16, 19, 32], [1, 3])
    func `a rounding by the elements' own scale is the same over planes and over blocks`(
        channels: Int, batch: Int
    ) {
        var generator = SeededGenerator(seed: 8)
        let (height, width) = (9, 7)
        for range: ClosedRange<Float> in [-2...5, 0.25...3, -4...(-1), 0...0, -0x1p-140...0x1p-140] {
            var planes = Support.floats(batch * channels * height * width, &generator, in: range)
            let (least, largest) = (min(0, planes.min()!), max(0, planes.max()!))
            let (scale, zero) = LinearQuantization.dynamicScale(least: least, largest: largest)
            // Has no say in the scale.
            planes[planes.count / 2] = .nan
            let expected = planes.map {
                Float(LinearQuantizationTests.quantized($0, scale, Int(zero), .uint8) - Int(zero)) * scale
            }
            var blocks = BlockOperatorTests.inBlocks(planes, batch: batch, channels, height * width)
            for index in blocks.indices
            where index / (height * width * 16) % ChannelBlocks.count(channels) * 16 + index % 16 >= channels
            {
                blocks[index] = 1_000
            }
            for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
                let found = Support.output(planes.count) {
                    DynamicRounding(count: planes.count).run(planes, $0, pool: pool, table: table)
                }
                #expect(found == expected, "\(table.instructionSet) \(range)")
                let inBlocks = Support.output(blocks.count) {
                    DynamicRounding(blocksOf: [batch, channels, height, width]).run(
                        blocks, $0, pool: pool, table: table)
                }
                #expect(
                    BlockOperatorTests.inPlanes(inBlocks, batch: batch, channels, height * width) == expected,
                    "\(table.instructionSet) \(range)")
            }
        }
    }
}
