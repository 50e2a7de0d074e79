import Kernels
import TestKit
import Testing

/// Direct products, and what kernels over channel blocks share and leave out.
extension BlockedConvolutionTests {
    @Test(arguments: [1, 2, 3], [1, 2])
    func `direct products agree with the definition`(stride: Int, dilation: Int) throws {
        for (kh, kw, height, width) in [(3, 3, 9, 11), (5, 2, 12, 10), (3, 3, 33, 65), (2, 7, 13, 13)] {
            let isWinograd = kh == 3 && kw == 3 && stride == 1 && dilation == 1
            let p = ConvolutionParameters(
                inputChannels: 20, outputChannels: 18, kernelHeight: kh, kernelWidth: kw,
                strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation)
            for pads in [(1, 2, 0, 1), (0, 0, 0, 0)] {
                try Self.check(
                    p, Self.geometry(p, batch: 2, height, width, pads: pads), seed: UInt64(kh * 10 + kw),
                    expecting: isWinograd ? .winograd : .direct)
            }
        }
    }

    @Test(arguments: [1, 3, 4], [19, 16, 7])
    func `an image of few channels is read in planes`(channels: Int, outputs: Int) throws {
        for (kernel, stride, pad) in [(3, 2, 1), (3, 1, 1), (7, 2, 3), (1, 1, 0)] {
            let p = ConvolutionParameters(
                inputChannels: channels, outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel,
                strideHeight: stride, strideWidth: stride)
            for width in [30, 57] {
                try Self.check(
                    p, Self.geometry(p, batch: 2, 23, width, pads: (pad, pad, pad, pad)), seed: 6,
                    expecting: .directFromPlanes)
            }
        }
        let p = ConvolutionParameters(
            inputChannels: channels, outputChannels: outputs, kernelHeight: 4, kernelWidth: 3,
            strideHeight: 1, strideWidth: 2, dilationHeight: 2)
        try Self.check(
            p, Self.geometry(p, 15, 54, pads: (2, 1, 0, 1)), seed: 7, expecting: .directFromPlanes)
    }

    /// The sums of `p` of the first output channels, and those of as many more channels as `more` has, on one
    /// thread.
    private static func outputs(
        _ p: ConvolutionParameters, more: ConvolutionParameters, height: Int, width: Int,
        _ precision: Precision, _ table: KernelTable
    ) throws -> (few: [Float], many: [Float]) {
        var generator = SeededGenerator(seed: 21)
        let g = geometry(p, height, width, pads: (1, 1, 1, 1))
        let input = Support.floats(p.inputChannels * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let taps = p.kernelHeight * p.kernelWidth
        // What only `more` has: inputs that no weight wants, and outputs that nobody looks at.
        var wide = [Float](repeating: 0, count: more.weightCount)
        for output in 0..<p.outputChannels {
            for index in 0..<p.inputChannels * taps {
                wide[output * more.inputChannels * taps + index] =
                    weights[output * p.inputChannels * taps + index]
            }
        }
        let rest = Support.floats((more.inputChannels - p.inputChannels) * g.inputPlane, &generator)
        let pool = Support.pools[0]
        let few = try #require(
            BlockedConvolution(
                parameters: p, weights: weights, bias: nil, precision: precision, table: table))
        let many = try #require(
            BlockedConvolution(
                parameters: more, weights: wide, bias: nil, precision: precision, table: table))
        return (
            run(few, g, input, nil, pool),
            Array(run(many, g, input + rest, nil, pool).prefix(p.outputChannels * g.outputPlane))
        )
    }

    /// Neighbours of a single block of outputs read the columns that they have in common once.
    @Test(arguments: [5, 16, 53, 54, 55, 56, 57, 110])
    func `a single block of outputs has the bits of one of two`(width: Int) throws {
        func parameters(_ outputs: Int) -> ConvolutionParameters {
            ConvolutionParameters(
                inputChannels: 3, outputChannels: outputs, kernelHeight: 3, kernelWidth: 3, strideHeight: 2,
                strideWidth: 2)
        }
        for table in Support.tables {
            let (few, many) = try Self.outputs(
                parameters(16), more: parameters(32), height: 9, width: width, .float32, table)
            #expect(few == many, "\(table.instructionSet)")
        }
    }

    /// Products leave them out.
    @Test(arguments: [1, 2, 7, 8, 15], [Precision.float32, .float16Weights, .bfloat16])
    func `channels that a block lacks change no bit`(missing: Int, precision: Precision) throws {
        func parameters(_ inputs: Int) -> ConvolutionParameters {
            ConvolutionParameters(
                inputChannels: inputs, outputChannels: 40, kernelHeight: 3, kernelWidth: 3)
        }
        for table in Support.tables {
            let (few, many) = try Self.outputs(
                parameters(32 - missing), more: parameters(32), height: 14, width: 9, precision, table)
            #expect(few == many, "\(table.instructionSet)")
        }
    }
}
