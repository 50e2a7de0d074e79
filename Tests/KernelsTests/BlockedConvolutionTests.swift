import Foundation
import Kernels
import TestKit
import Testing

/// The kernels over channel blocks against the definition, on every instruction set and on one and several
/// threads.
struct BlockedConvolutionTests {
    private static func inBlocks(_ planes: [Float], _ batch: Int, _ channels: Int, _ plane: Int) -> [Float] {
        let count = batch * ChannelBlocks.count(channels) * plane * ChannelBlocks.width
        return Support.output(count) {
            ChannelBlocks.blocks(
                from: planes, batch: batch, channels: channels, plane: plane, to: $0, pool: Support.pools[1])
        }
    }

    private static func inPlanes(_ blocks: [Float], _ batch: Int, _ channels: Int, _ plane: Int) -> [Float] {
        Support.output(batch * channels * plane) {
            ChannelBlocks.planes(
                from: blocks, batch: batch, channels: channels, plane: plane, to: $0, pool: Support.pools[1])
        }
    }

    static func run(
        _ packed: BlockedConvolution, _ g: ConvolutionGeometry, _ input: [Float], _ residual: [Float]?,
        _ pool: WorkerPool
    ) -> [Float] {
        let p = packed.parameters
        let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: pool.threads))
        let input = packed.readsBlocks ? inBlocks(input, g.batch, p.inputChannels, g.inputPlane) : input
        let residual = residual.map { inBlocks($0, g.batch, p.outputChannels, g.outputPlane) }
        let count = g.batch * ChannelBlocks.count(p.outputChannels) * g.outputPlane * ChannelBlocks.width
        let output = Support.output(count) { output in
            packed.run(
                g, input: input, residual: residual, output: output, scratch: scratch.base, pool: pool)
        }
        return inPlanes(output, g.batch, p.outputChannels, g.outputPlane)
    }

    /// Winograd trades some rounding for multiplications: its error grows with the sums it takes apart.
    static func check(
        _ p: ConvolutionParameters, _ g: ConvolutionGeometry, seed: UInt64,
        expecting: BlockedConvolution.Algorithm
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let input = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let bias = Support.floats(p.outputChannels, &generator)
        let slopes = Support.floats(p.outputChannels, &generator)
        let residual = Support.floats(g.batch * p.outputChannels * g.outputPlane, &generator)
        let plain = ConvolutionTests.reference(p, g, input, weights, bias, nil) { $1 }
        let added = ConvolutionTests.reference(p, g, input, weights, bias, residual) {
            $1 < 0 ? Double(slopes[$0]) * $1 : $1
        }
        let limit: Float = expecting == .winograd ? 5e-6 : 2e-6
        for table in Support.tables {
            let linear = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: bias, table: table))
            let bent = linear.with(activation: .prelu(slopes: slopes))
            #expect(linear.algorithm(for: g) == expecting)
            for pool in Support.pools {
                let note: Comment = "\(p) \(g) \(table.instructionSet) \(pool.threads) threads"
                #expect(Support.difference(run(linear, g, input, nil, pool), plain) < limit, note)
                #expect(Support.difference(run(bent, g, input, residual, pool), added) < limit, note)
            }
        }
    }

    static func geometry(
        _ p: ConvolutionParameters, batch: Int = 1, _ height: Int, _ width: Int, pads: (Int, Int, Int, Int)
    ) -> ConvolutionGeometry {
        ConvolutionTests.geometry(p, batch: batch, height, width, pads: pads)
    }

    @Test(arguments: [(1, 1), (4, 4), (5, 7), (7, 7), (14, 14), (9, 33), (31, 3)])
    func `Winograd agrees with the definition on planes of every remainder`(height: Int, width: Int) throws {
        for (inputs, outputs, batch) in [(5, 3, 1), (16, 16, 2), (40, 33, 1)] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: 3, kernelWidth: 3)
            try Self.check(
                p, Self.geometry(p, batch: batch, height, width, pads: (1, 1, 1, 1)),
                seed: UInt64(height * 100 + width), expecting: .winograd)
        }
    }

    @Test func `Winograd takes any padding`() throws {
        let p = ConvolutionParameters(inputChannels: 6, outputChannels: 7, kernelHeight: 3, kernelWidth: 3)
        for pads in [(0, 0, 0, 0), (2, 0, 0, 1), (0, 3, 1, 0), (6, 6, 6, 6)] {
            try Self.check(p, Self.geometry(p, 6, 9, pads: pads), seed: 3, expecting: .winograd)
        }
    }

    /// Their kernels are transformed as they are used.
    @Test(arguments: [(1, 1), (5, 9), (7, 7), (14, 14)])
    func `Winograd's large layers agree with the definition`(height: Int, width: Int) throws {
        for (inputs, outputs, batch) in [(128, 128, 1), (250, 70, 3)] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: 3, kernelWidth: 3)
            try Self.check(
                p, Self.geometry(p, batch: batch, height, width, pads: (1, 1, 1, 1)),
                seed: UInt64(height * 10 + width), expecting: .winograd)
        }
    }

    @Test func `many groups of tiles agree with the definition`() throws {
        let p = ConvolutionParameters(inputChannels: 70, outputChannels: 5, kernelHeight: 3, kernelWidth: 3)
        try Self.check(
            p, Self.geometry(p, batch: 2, 50, 46, pads: (1, 1, 1, 1)), seed: 4, expecting: .winograd)
    }

    @Test(arguments: [(1, 1), (1, 9), (6, 5), (7, 7), (14, 14), (40, 70)])
    func `pointwise products agree with the definition`(height: Int, width: Int) throws {
        for (inputs, outputs, stride, batch) in [
            (5, 3, 1, 1), (16, 40, 1, 2), (33, 16, 2, 1), (20, 20, 3, 2), (40, 24, 1, 1), (8, 72, 1, 1),
        ] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: 1, kernelWidth: 1,
                strideHeight: stride, strideWidth: stride)
            try Self.check(
                p, Self.geometry(p, batch: batch, height, width, pads: (0, 0, 0, 0)),
                seed: UInt64(height + width), expecting: .direct)
        }
    }

    @Test(arguments: [(1, 16), (1, 17), (5, 5), (7, 7), (14, 14), (13, 11), (1, 57)])
    func `Strassen's seven products agree with the definition's eight`(height: Int, width: Int) throws {
        for (inputs, outputs, batch) in [(64, 64, 1), (96, 64, 2), (64, 160, 1)] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: 1, kernelWidth: 1)
            try Self.check(
                p, Self.geometry(p, batch: batch, height, width, pads: (0, 0, 0, 0)),
                seed: UInt64(height * 100 + width), expecting: .strassen)
        }
    }

    /// Strassen's sums mix channels of two halves: the smaller must not drown in the rounding of the larger.
    @Test(arguments: [1e-3, 1e-6, 1e-12, 1e6] as [Float])
    func `Strassen's products keep the digits of channels of another size`(scale: Float) throws {
        var generator = SeededGenerator(seed: 12)
        let p = ConvolutionParameters(inputChannels: 64, outputChannels: 64, kernelHeight: 1, kernelWidth: 1)
        let g = Self.geometry(p, 5, 7, pads: (0, 0, 0, 0))
        var input = Support.floats(64 * 35, &generator)
        var weights = Support.floats(p.weightCount, &generator)
        var bias = [Float](repeating: 0, count: 64)
        // Outputs 5 and 40 are of another size; inputs 3 and 50 are, and their weights the other way round,
        // as where a normalisation before has been folded.
        for channel in [5, 40] {
            for index in 0..<64 { weights[channel * 64 + index] *= scale }
            bias[channel] = scale
        }
        for channel in [3, 50] {
            for index in 0..<35 { input[channel * 35 + index] *= scale }
            for output in 0..<64 { weights[output * 64 + channel] /= scale }
        }
        let expected = ConvolutionTests.reference(p, g, input, weights, bias, nil) { $1 }
        for table in Support.tables {
            let packed = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: bias, table: table))
            #expect(packed.algorithm(for: g) == .strassen)
            let found = Self.run(packed, g, input, nil, Support.pools[0])
            for channel in 0..<64 {
                let range = channel * 35..<(channel + 1) * 35
                let largest = expected[range].reduce(0) { max($0, abs($1)) }
                let errors = zip(found[range], expected[range]).map { abs($0 - $1) }
                #expect(errors.max()! < 5e-6 * largest, "channel \(channel) \(table.instructionSet)")
            }
        }
    }

    @Test func `an output without weights is its bias, and an input without is no matter`() throws {
        var generator = SeededGenerator(seed: 13)
        let p = ConvolutionParameters(inputChannels: 64, outputChannels: 64, kernelHeight: 1, kernelWidth: 1)
        let g = Self.geometry(p, 4, 5, pads: (0, 0, 0, 0))
        var weights = Support.floats(p.weightCount, &generator)
        for index in 0..<64 {
            weights[7 * 64 + index] = 0
            // Inputs that nobody reads, on both sides.
            weights[index * 64 + 9] = 0
            weights[index * 64 + 45] = 0
        }
        var input = Support.floats(64 * 20, &generator)
        for index in 0..<20 { (input[9 * 20 + index], input[45 * 20 + index]) = (1e9, -3e8) }
        let bias = Support.floats(64, &generator)
        let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: bias))
        let found = Self.run(packed, g, input, nil, Support.pools[0])
        let expected = ConvolutionTests.reference(p, g, input, weights, bias, nil) { $1 }
        #expect(Support.difference(found, expected) < 5e-6)
        #expect(Array(found[7 * 20..<8 * 20]) == [Float](repeating: bias[7], count: 20))
    }

    @Test(arguments: [(5, 5), (7, 7), (1, 57)])
    func `Strassen's products give the same bits wherever products are fused`(height: Int, width: Int) throws
    {
        var generator = SeededGenerator(seed: 15)
        let p = ConvolutionParameters(inputChannels: 64, outputChannels: 96, kernelHeight: 1, kernelWidth: 1)
        let g = Self.geometry(p, height, width, pads: (0, 0, 0, 0))
        let input = Support.floats(64 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        var results: Set<[Float]> = []
        for table in Support.tables where table.fusesProducts {
            let packed = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: nil, table: table))
            results.insert(Self.run(packed, g, input, nil, Support.pools[1]))
        }
        #expect(results.count <= 1)
    }

    @Test func `each image of a batch gives the bits that it gives alone`() throws {
        var generator = SeededGenerator(seed: 14)
        let p = ConvolutionParameters(inputChannels: 64, outputChannels: 96, kernelHeight: 1, kernelWidth: 1)
        let weights = Support.floats(p.weightCount, &generator)
        let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: nil))
        for (height, width) in [(5, 5), (7, 7), (1, 57)] {
            let images = (0..<2).map { _ in Support.floats(64 * height * width, &generator) }
            let one = Self.geometry(p, batch: 1, height, width, pads: (0, 0, 0, 0))
            let two = Self.geometry(p, batch: 2, height, width, pads: (0, 0, 0, 0))
            for pool in Support.pools {
                let alone = images.flatMap { Self.run(packed, one, $0, nil, pool) }
                #expect(Self.run(packed, two, images.flatMap { $0 }, nil, pool) == alone)
            }
        }
    }

    @Test func `few positions, a border or odd numbers of blocks are left to plain products`() throws {
        for (inputs, outputs, height, pad) in [
            (64, 64, 1, 0), (64, 64, 6, 1), (80, 64, 6, 0), (64, 70, 6, 0),
        ] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: 1, kernelWidth: 1)
            try Self.check(
                p, Self.geometry(p, height, 9, pads: (pad, pad, pad, pad)), seed: 5, expecting: .direct)
        }
    }

    @Test func `many weights for few positions are left to plain products, which read fewer of them`() throws
    {
        let p = ConvolutionParameters(
            inputChannels: 320, outputChannels: 256, kernelHeight: 1, kernelWidth: 1)
        for (height, algorithm) in [(7, BlockedConvolution.Algorithm.direct), (8, .strassen)] {
            try Self.check(
                p, Self.geometry(p, height, height, pads: (0, 0, 0, 0)), seed: 6, expecting: algorithm)
        }
    }

    @Test(arguments: [1, 3, 4, 5, 8, 17, 40]) func `depthwise agrees with the definition`(width: Int) throws {
        for (kernel, stride, dilation, channels) in [
            (3, 1, 1, 5), (3, 2, 1, 33), (5, 2, 1, 16), (3, 1, 2, 20), (3, 1, 1, 32),
        ] {
            let isWinograd = kernel == 3 && stride == 1 && dilation == 1
            let p = ConvolutionParameters(
                inputChannels: channels, outputChannels: channels, groups: channels, kernelHeight: kernel,
                kernelWidth: kernel, strideHeight: stride, strideWidth: stride, dilationHeight: dilation,
                dilationWidth: dilation)
            let pad = (kernel - 1) * dilation / 2
            for (height, pads) in [
                (12, (pad, pad, pad, pad)), (12, (pad, 0, pad + 1, pad + 4)), (13, (0, pad, 0, 0)),
            ] {
                try Self.check(
                    p, Self.geometry(p, batch: 2, height, max(width, kernel * dilation), pads: pads),
                    seed: UInt64(width), expecting: isWinograd ? .winogradDepthwise : .depthwise)
            }
        }
    }

    @Test func `the residual may be the output itself`() throws {
        var generator = SeededGenerator(seed: 7)
        for (channels, groups, kernel) in [(18, 1, 1), (18, 1, 3), (18, 18, 3), (64, 1, 1)] {
            let p = ConvolutionParameters(
                inputChannels: channels, outputChannels: channels, groups: groups, kernelHeight: kernel,
                kernelWidth: kernel)
            let g = Self.geometry(p, batch: 2, 9, 21, pads: (kernel / 2, kernel / 2, kernel / 2, kernel / 2))
            let input = Support.floats(g.batch * channels * g.inputPlane, &generator)
            let weights = Support.floats(p.weightCount, &generator)
            let residual = Support.floats(g.batch * channels * g.outputPlane, &generator)
            let packed = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: nil, activation: .relu))
            let expected = ConvolutionTests.reference(p, g, input, weights, nil, residual) { max($1, 0) }
            for pool in Support.pools {
                let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: pool.threads))
                let blocks = Self.inBlocks(input, g.batch, channels, g.inputPlane)
                var output = Self.inBlocks(residual, g.batch, channels, g.outputPlane)
                output.withUnsafeMutableBufferPointer {
                    packed.run(
                        g, input: blocks, residual: $0.baseAddress!, output: $0.baseAddress!,
                        scratch: scratch.base, pool: pool)
                }
                #expect(
                    Support.difference(Self.inPlanes(output, g.batch, channels, g.outputPlane), expected)
                        < 5e-6)
            }
        }
    }

    @Test func `every activation is applied to each channel`() throws {
        var generator = SeededGenerator(seed: 8)
        let activations: [(Activation, (Int, Double) -> Double)] = [
            (.none, { $1 }), (.relu, { max($1, 0) }), (.leakyRelu(alpha: 0.2), { $1 < 0 ? 0.2 * $1 : $1 }),
            (.clip(low: -0.5, high: 0.75), { min(max($1, -0.5), 0.75) }),
            (.sigmoid, { 1 / (1 + Foundation.exp(-$1)) }), (.silu, { $1 / (1 + Foundation.exp(-$1)) }),
            (.hardSigmoid(alpha: 0.2, beta: 0.5), { max(0, min(1, 0.2 * $1 + 0.5)) }),
            (.hardSwish, { $1 * max(0, min(1, $1 / 6 + 0.5)) }), (.tanh, { Foundation.tanh($1) }),
        ]
        for (channels, groups, kernel) in [(20, 1, 3), (20, 1, 1), (20, 20, 3), (3, 1, 3)] {
            let p = ConvolutionParameters(
                inputChannels: channels, outputChannels: channels, groups: groups, kernelHeight: kernel,
                kernelWidth: kernel)
            let g = Self.geometry(p, 6, 19, pads: (kernel / 2, kernel / 2, kernel / 2, kernel / 2))
            let input = Support.floats(channels * g.inputPlane, &generator)
            // Small sums: the error of Winograd is a share of them, whatever a sigmoid makes of it.
            let weights = Support.floats(p.weightCount, &generator, in: -0.1...0.1)
            for (activation, function) in activations {
                let expected = ConvolutionTests.reference(p, g, input, weights, nil, nil, function)
                for table in Support.tables {
                    let packed = try #require(
                        BlockedConvolution(
                            parameters: p, weights: weights, bias: nil, activation: activation, table: table))
                    let found = Self.run(packed, g, input, nil, Support.pools[0])
                    #expect(
                        Support.difference(found, expected) < 5e-6, "\(activation) \(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: [(3, 3, 7, 7), (3, 3, 14, 15), (5, 2, 6, 40)])
    func `strided windows of many outputs are gathered and agree with the definition`(
        kernelHeight: Int, kernelWidth: Int, height: Int, width: Int
    ) throws {
        for outputs in [128, 150] {
            let p = ConvolutionParameters(
                inputChannels: 16, outputChannels: outputs, kernelHeight: kernelHeight,
                kernelWidth: kernelWidth, strideHeight: 2, strideWidth: 2)
            for pads in [(1, 1, 1, 1), (0, 2, 1, 0)] {
                try Self.check(
                    p, Self.geometry(p, batch: 2, height, width, pads: pads), seed: UInt64(height),
                    expecting: .gathered)
            }
        }
    }

    @Test func `threads change no bit`() throws {
        var generator = SeededGenerator(seed: 9)
        for (inputs, outputs, kernel, stride) in [
            (40, 50, 3, 1), (40, 50, 3, 2), (40, 50, 1, 1), (64, 128, 1, 1), (32, 128, 3, 2),
        ] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel,
                strideHeight: stride, strideWidth: stride)
            let g = Self.geometry(p, 30, 21, pads: (kernel / 2, kernel / 2, kernel / 2, kernel / 2))
            let input = Support.floats(inputs * g.inputPlane, &generator)
            let weights = Support.floats(p.weightCount, &generator)
            let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: nil))
            let runs = Support.pools.map { Self.run(packed, g, input, nil, $0) }
            #expect(runs[0] == runs[1])
        }
    }

    @Test func `a batch of no images needs no scratch and writes nothing`() throws {
        for (groups, kernel) in [(1, 1), (1, 3), (8, 3)] {
            let p = ConvolutionParameters(
                inputChannels: 8, outputChannels: 8, groups: groups, kernelHeight: kernel, kernelWidth: kernel
            )
            let g = Self.geometry(p, batch: 0, 6, 7, pads: (0, 0, 0, 0))
            let weights = [Float](repeating: 1, count: p.weightCount)
            let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: nil))
            for threads in [0, 1, 2, 5] { #expect(packed.scratchBytes(for: g, threads: threads) == 0) }
            var output: [Float] = [7]
            packed.run(g, input: [], output: &output, scratch: nil, pool: Support.pools[0])
            #expect(output == [7])
        }
    }
}
