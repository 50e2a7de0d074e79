import Kernels
import TestKit
import Testing

/// Two convolutions by bands against the same two one after the other.
struct ConvolutionPairTests {
    /// Planes between the two that are large enough for a pair, with sides that are no multiples of anything.
    enum Shape: String, CaseIterable, CustomTestStringConvertible {
        case depthwise, depthwiseToStrassen, narrow, strided, dilated, pooled, image, windows, far

        var testDescription: String { rawValue }
        var isPooled: Bool { self == .pooled }
        /// Whether something other than zeros stands around the input.
        var hasBorder: Bool { self == .windows }

        /// The first convolution, the height and width of its input, pads, and the outputs of the second.
        var sizes:
            (first: ConvolutionParameters, height: Int, width: Int, pads: (Int, Int, Int, Int), outputs: Int)
        {
            let around = (1, 1, 1, 1)
            return switch self {
            case .depthwise: (Shape.parameters(16, 16, groups: 16), 131, 90, around, 40)
            case .depthwiseToStrassen: (Shape.parameters(64, 64, groups: 64), 161, 31, around, 96)
            // The last band is one row of two positions.
            case .narrow: (Shape.parameters(64, 64, groups: 64), 2049, 2, around, 64)
            case .strided: (Shape.parameters(24, 24, groups: 24, stride: 2), 207, 113, around, 9)
            case .dilated:
                (Shape.parameters(16, 16, groups: 16, kernel: 5, dilation: 2), 131, 71, (3, 5, 6, 2), 33)
            case .pooled: (Shape.parameters(24, 24, groups: 24), 131, 128, around, 20)
            case .image: (Shape.parameters(3, 16, stride: 2), 183, 181, around, 16)
            case .windows: (Shape.parameters(20, 30, stride: 2), 1671, 9, around, 17)
            // Every window reaches over an edge.
            case .far: (Shape.parameters(3, 17, kernel: 7), 1400, 3, (3, 2, 2, 4), 24)
            }
        }

        private static func parameters(
            _ inputs: Int, _ outputs: Int, groups: Int = 1, kernel: Int = 3, stride: Int = 1,
            dilation: Int = 1
        ) -> ConvolutionParameters {
            ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, groups: groups, kernelHeight: kernel,
                kernelWidth: kernel, strideHeight: stride, strideWidth: stride, dilationHeight: dilation,
                dilationWidth: dilation)
        }
    }

    /// The operands of a pair, the same for every instruction set.
    struct Case {
        let first, second: ConvolutionParameters
        let g, between: ConvolutionGeometry
        let pooling: PoolingGeometry?
        let weights: [[Float]]
        let biases: [[Float]]
        let slopes: [Float]
        let border: [Float]?

        init(_ shape: Shape, batch: Int) {
            var generator = SeededGenerator(seed: 31)
            let (sizes, half) = (shape.sizes, shape.isPooled ? 2 : 1)
            first = sizes.first
            second = ConvolutionParameters(
                inputChannels: first.outputChannels, outputChannels: sizes.outputs, kernelHeight: 1,
                kernelWidth: 1)
            let g = BlockedConvolutionTests.geometry(
                first, batch: batch, sizes.height, sizes.width, pads: sizes.pads)
            self.g = g
            between = BlockedConvolutionTests.geometry(
                second, batch: batch, g.outputHeight / half, g.outputWidth / half, pads: (0, 0, 0, 0))
            pooling =
                shape.isPooled
                ? PoolingGeometry(
                    planes: batch * ChannelBlocks.count(first.outputChannels), inputHeight: g.outputHeight,
                    inputWidth: g.outputWidth, outputHeight: g.outputHeight / 2,
                    outputWidth: g.outputWidth / 2,
                    kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2) : nil
            weights = [first, second].map { Support.floats($0.weightCount, &generator) }
            biases = [first, second].map { Support.floats($0.outputChannels, &generator) }
            slopes = Support.floats(second.outputChannels, &generator)
            border = shape.hasBorder ? Support.floats(first.inputChannels, &generator) : nil
        }

        var inputFloats: Int { g.batch * inputChannels * g.inputPlane }
        var outputFloats: Int {
            between.batch * ChannelBlocks.count(second.outputChannels) * between.outputPlane
                * ChannelBlocks.width
        }
        private var inputChannels: Int {
            first.inputChannels == 3 ? 3 : ChannelBlocks.count(first.inputChannels) * ChannelBlocks.width
        }

        func convolutions(_ table: KernelTable, _ activation: Activation) throws -> [BlockedConvolution] {
            let single = try #require(
                BlockedConvolution(
                    parameters: first, weights: weights[0], bias: biases[0], border: border,
                    activation: .relu,
                    table: table))
            let made = try pooling.map { try #require(single.pooled($0)) } ?? single
            let read = try #require(
                BlockedConvolution(
                    parameters: second, weights: weights[1], bias: biases[1], activation: activation,
                    table: table))
            return [made, read]
        }

        /// Both, one after the other.
        func inTurn(_ both: [BlockedConvolution], _ input: [Float], _ residual: [Float]?) -> [Float] {
            let count =
                between.batch * ChannelBlocks.count(second.inputChannels) * between.inputPlane
                * ChannelBlocks.width
            let middle = ConvolutionPairTests.run(both[0], g, input, nil, count: count)
            return ConvolutionPairTests.run(both[1], between, middle, residual, count: outputFloats)
        }
    }

    private static func run(
        _ packed: BlockedConvolution, _ g: ConvolutionGeometry, _ input: [Float], _ residual: [Float]?,
        count: Int
    ) -> [Float] {
        let pool = Support.pools[0]
        let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: 1))
        return Support.output(count) {
            packed.run(g, input: input, residual: residual, output: $0, scratch: scratch.base, pool: pool)
        }
    }

    /// By the pair, with memory that ends, or begins, at forbidden pages and holds NaN before.
    private static func run(
        _ pair: ConvolutionPair, _ input: [Float], _ residual: [Float]?, count: Int, _ pool: WorkerPool,
        _ side: GuardedBuffer<Float>.Side
    ) -> [Float] {
        let floats = pair.scratchBytes(threads: pool.threads) / MemoryLayout<Float>.stride
        let scratch = GuardedBuffer([Float](repeating: .nan, count: floats), side: side)
        // The residual is where the output goes, as in a network that has no other use for it.
        let output = GuardedBuffer(residual ?? [Float](repeating: .nan, count: count), side: side)
        let input = GuardedBuffer(input, side: side)
        pair.run(
            input: input.base, residual: residual.map { _ in UnsafePointer(output.base) },
            output: output.base,
            scratch: scratch.base, pool: pool)
        return output.elements
    }

    @Test(arguments: Shape.allCases, GuardedBuffer<Float>.Side.allCases)
    func `a pair makes what its convolutions make one after the other`(
        shape: Shape, side: GuardedBuffer<Float>.Side
    ) throws {
        var generator = SeededGenerator(seed: 32)
        let c = Case(shape, batch: 2)
        let input = Support.floats(c.inputFloats, &generator)
        let residual = Support.floats(c.outputFloats, &generator)
        let ends: [(Activation, [Float]?)] = [(.prelu(slopes: c.slopes), residual), (.sigmoid, nil)]
        for table in Support.tables {
            for (activation, residual) in ends {
                // Sums are up to a hundred, and a sigmoid ends at 1.
                let limit: Float = activation == .sigmoid ? 1e-4 : 2e-6
                let both = try c.convolutions(table, activation)
                let pair = try #require(ConvolutionPair(both[0], c.g, both[1], c.between))
                let expected = c.inTurn(both, input, residual)
                for pool in Support.pools {
                    let found = Self.run(pair, input, residual, count: c.outputFloats, pool, side)
                    let note: Comment = "\(activation) \(table.instructionSet) \(pool.threads) threads"
                    // Strassen's runs begin elsewhere, which moves the last digits.
                    if both[1].algorithm(for: c.between) == .strassen {
                        #expect(Support.difference(found, expected) < limit, note)
                    } else {
                        #expect(found == expected, note)
                    }
                }
            }
        }
    }

    @Test(arguments: Shape.allCases)
    func `neither threads nor other images change a bit of a pair's output`(_ shape: Shape) throws {
        var generator = SeededGenerator(seed: 33)
        let (one, three) = (Case(shape, batch: 1), Case(shape, batch: 3))
        let images = (0..<3).map { _ in Support.floats(one.inputFloats, &generator) }
        for table in Support.tables {
            let both = try one.convolutions(table, .relu)
            let single = try #require(ConvolutionPair(both[0], one.g, both[1], one.between))
            let all = try three.convolutions(table, .relu)
            let batched = try #require(ConvolutionPair(all[0], three.g, all[1], three.between))
            let expected = images.flatMap {
                Self.run(single, $0, nil, count: one.outputFloats, Support.pools[0], .end)
            }
            for pool in Support.pools {
                let found = Self.run(
                    batched, images.flatMap { $0 }, nil, count: three.outputFloats, pool, .end)
                #expect(found == expected, "\(table.instructionSet) \(pool.threads) threads")
            }
        }
    }

    @Test func `small planes, heavy weights and convolutions of other kinds make no pair`() throws {
        func pair(
            _ shape: Shape = .depthwise, scale: Int = 1, precision: Precision = .float32,
            _ change: (inout ConvolutionParameters, inout ConvolutionGeometry) -> Void = { _, _ in }
        ) throws -> ConvolutionPair? {
            let c = Case(shape, batch: 1)
            var (second, between) = (c.second, c.between)
            var g = c.g
            g.outputHeight /= scale
            (between.inputHeight, between.outputHeight) = (g.outputHeight, g.outputHeight)
            change(&second, &between)
            let zeros = [Float](repeating: 0, count: second.weightCount)
            let first = try #require(
                BlockedConvolution(
                    parameters: c.first, weights: c.weights[0], bias: nil, activation: .relu))
            let packed = try #require(
                BlockedConvolution(parameters: second, weights: zeros, bias: nil, precision: precision))
            return ConvolutionPair(first, g, packed, between)
        }
        #expect(try pair() != nil)
        #expect(try pair(scale: 2) == nil)
        #expect(try pair(precision: .float16Weights) == nil)
        // Beside the 144 of the first.
        #expect(try pair { second, _ in second.outputChannels = 4087 } != nil)
        #expect(try pair { second, _ in second.outputChannels = 4088 } == nil)
        #expect(try pair { second, _ in second.kernelWidth = 3 } == nil)
        #expect(try pair { second, _ in second.strideHeight = 2 } == nil)
        #expect(try pair { _, between in between.padTop = 1 } == nil)
        #expect(try pair { _, between in between.outputWidth += 1 } == nil)
        // Winograd's tiles are no rows.
        let c = Case(.depthwise, batch: 1)
        let dense = ConvolutionParameters(
            inputChannels: 16, outputChannels: 16, kernelHeight: 3, kernelWidth: 3)
        let zeros = [Float](repeating: 0, count: dense.weightCount)
        let winograd = try #require(BlockedConvolution(parameters: dense, weights: zeros, bias: nil))
        let second = try c.convolutions(.current, .relu)[1]
        #expect(ConvolutionPair(winograd, c.g, second, c.between) == nil)
    }
}
