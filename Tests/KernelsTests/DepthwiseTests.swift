import Kernels
import TestKit
import Testing

/// Depthwise convolutions whose rows are made two at a time.
struct DepthwiseTests {
    private static func parameters(_ channels: Int) -> ConvolutionParameters {
        ConvolutionParameters(
            inputChannels: channels, outputChannels: channels, groups: channels, kernelHeight: 3,
            kernelWidth: 3)
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (7, 7), (61, 43)])
    func `rows two at a time give the same bits on any threads, in any batch and wherever products are fused`(
        height: Int, width: Int
    ) throws {
        var generator = SeededGenerator(seed: 21)
        let p = Self.parameters(20)
        let one = BlockedConvolutionTests.geometry(p, height, width, pads: (1, 1, 1, 1))
        let two = BlockedConvolutionTests.geometry(p, batch: 2, height, width, pads: (1, 1, 1, 1))
        let images = (0..<2).map { _ in Support.floats(20 * height * width, &generator) }
        let weights = Support.floats(p.weightCount, &generator)
        var results: Set<[Float]> = []
        for table in Support.tables where table.fusesProducts {
            let packed = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: nil, table: table))
            #expect(packed.algorithm == .winogradDepthwise)
            for pool in Support.pools {
                results.insert(
                    images.flatMap { BlockedConvolutionTests.run(packed, one, $0, nil, pool) })
                results.insert(
                    BlockedConvolutionTests.run(packed, two, images.flatMap { $0 }, nil, pool))
            }
        }
        #expect(results.count == (Support.tables.contains(where: \.fusesProducts) ? 1 : 0))
    }

    @Test func `each end of a row agrees with the definition, with a residual and without`() throws {
        var generator = SeededGenerator(seed: 22)
        let p = Self.parameters(18)
        let g = BlockedConvolutionTests.geometry(p, 7, 9, pads: (1, 1, 1, 1))
        let input = Support.floats(18 * 63, &generator)
        let (weights, bias) = (Support.floats(p.weightCount, &generator), Support.floats(18, &generator))
        let (slopes, residual) = (Support.floats(18, &generator), Support.floats(18 * 63, &generator))
        let ends: [(Activation, (Int, Double) -> Double)] = [
            (.none, { $1 }), (.relu, { max($1, 0) }),
            (.clip(low: -0.25, high: 0.5), { min(max($1, -0.25), 0.5) }),
            (.clip(low: 0.125, high: .infinity), { max($1, 0.125) }),
            (.prelu(slopes: slopes), { $1 < 0 ? Double(slopes[$0]) * $1 : $1 }),
        ]
        for table in Support.tables {
            let plain = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: bias, table: table))
            for (activation, definition) in ends {
                for added in [nil, residual] {
                    let found = BlockedConvolutionTests.run(
                        plain.with(activation: activation), g, input, added, Support.pools[1])
                    let expected = ConvolutionTests.reference(
                        p, g, input, weights, bias, added, definition)
                    #expect(
                        Support.difference(found, expected) < 2e-6, "\(activation) \(table.instructionSet)")
                }
            }
        }
    }

    /// A pooling or a threshold behind it has to see what the network went wrong with.
    @Test func `what is not a number stays so`() throws {
        let p = Self.parameters(16)
        let g = BlockedConvolutionTests.geometry(p, 5, 5, pads: (1, 1, 1, 1))
        var input = [Float](repeating: 1, count: 16 * 25)
        input[12] = .nan
        for table in Support.tables {
            let packed = try #require(
                BlockedConvolution(
                    parameters: p, weights: [Float](repeating: 1, count: 144), bias: nil, activation: .relu,
                    table: table))
            let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
            for row in 1...3 {
                for column in 1...3 { #expect(found[row * 5 + column].isNaN) }
            }
            #expect(found[25...].allSatisfy { $0.isFinite })
        }
    }

    private static func halves(_ g: ConvolutionGeometry, blocks: Int) -> PoolingGeometry {
        PoolingGeometry(
            planes: g.batch * blocks, inputHeight: g.outputHeight, inputWidth: g.outputWidth,
            outputHeight: g.outputHeight / 2, outputWidth: g.outputWidth / 2, kernelHeight: 2, kernelWidth: 2,
            strideHeight: 2, strideWidth: 2)
    }

    /// Odd last rows and columns are in no window; the operands lie beside forbidden pages, and there is no
    /// scratch.
    @Test(
        arguments: [(1, 1), (1, 8), (2, 2), (3, 5), (7, 1), (9, 6), (62, 41)],
        GuardedBuffer<Float>.Side.allCases)
    func `a pool taken before the store gives what it gives behind`(
        size: (height: Int, width: Int), side: GuardedBuffer<Float>.Side
    ) throws {
        var generator = SeededGenerator(seed: 23)
        let p = Self.parameters(20)
        for pad in [0, 1, 3] {
            let g = BlockedConvolutionTests.geometry(
                p, batch: 2, size.height + 2, size.width + 2, pads: (pad, pad, pad, pad))
            let pooling = Self.halves(g, blocks: 2)
            var planes = Support.floats(2 * 20 * g.inputPlane, &generator)
            planes[planes.count / 3] = .nan
            let input = GuardedBuffer(
                BlockOperatorTests.inBlocks(planes, batch: 2, 20, g.inputPlane), side: side)
            let (weights, bias) = (Support.floats(p.weightCount, &generator), Support.floats(20, &generator))
            let rounding = try #require(FakeQuantization(scale: 0.05, zeroPoint: 80, type: .uint8))
            let slopes = Support.floats(20, &generator)
            let activations: [Activation] = [
                .none, .relu, .clip(low: -0.25, high: 0.5), .prelu(slopes: slopes),
                .quantized(.none, rounding), .quantized(.prelu(slopes: slopes), rounding),
                try #require(Activation.relu.quantized(rounding)),
            ]
            for (activation, table) in activations.flatMap({ a in Support.tables.map { (a, $0) } }) {
                let plain = try #require(
                    BlockedConvolution(
                        parameters: p, weights: weights, bias: bias, activation: activation, table: table))
                let both = try #require(plain.pooled(pooling))
                let width = ChannelBlocks.width
                let between = Support.output(4 * g.outputPlane * width) {
                    plain.run(g, input: input.base, output: $0, scratch: nil, pool: Support.pools[0])
                }
                let count = 4 * pooling.outputHeight * pooling.outputWidth * width
                let expected = Support.output(count) {
                    Pooling.maxOfBlocks(
                        pooling, input: between, output: $0, pool: Support.pools[0], table: table)
                }
                for pool in Support.pools {
                    let output = GuardedBuffer([Float](repeating: -7, count: count), side: side)
                    both.run(g, input: input.base, output: output.base, scratch: nil, pool: pool)
                    #expect(
                        output.elements.elementsEqual(expected) { $0 == $1 || $0.isNaN && $1.isNaN },
                        "\(activation) \(table.instructionSet) \(pool.threads) threads, pad \(pad)")
                }
                withExtendedLifetime(input) {}
            }
        }
    }

    @Test func `pools of other windows, and convolutions that are not made so, stay apart`() throws {
        let p = Self.parameters(16)
        let g = BlockedConvolutionTests.geometry(p, 8, 8, pads: (1, 1, 1, 1))
        let weights = [Float](repeating: 1, count: p.weightCount)
        let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: nil))
        let fitting = Self.halves(g, blocks: 1)
        #expect(packed.pooled(fitting) != nil)
        #expect(packed.pooled(fitting)?.pooled(fitting) == nil)
        #expect(packed.with(activation: .sigmoid).pooled(fitting) == nil)
        let others: [(inout PoolingGeometry) -> Void] = [
            { $0.kernelHeight = 3 }, { $0.strideWidth = 1 }, { $0.padTop = 1 }, { $0.dilationWidth = 2 },
            { $0.outputHeight += 1 },
        ]
        for change in others {
            var other = fitting
            change(&other)
            #expect(packed.pooled(other) == nil, "\(other)")
        }
        var wide = p
        wide.strideHeight = 2
        let strided = try #require(BlockedConvolution(parameters: wide, weights: weights, bias: nil))
        #expect(strided.pooled(fitting) == nil)
    }
}
