import Kernels
import TestKit
import Testing

extension BlockedConvolutionTests {
    /// Groups that are blocks, parts of one, several, and such as begin within one.
    @Test(arguments: [
        (64, 64, 16), (32, 32, 4), (64, 64, 4), (64, 96, 2), (48, 72, 6), (36, 36, 3), (40, 20, 2),
        (20, 40, 20),
        (34, 17, 17), (21, 63, 7), (6, 6, 2),
    ])
    func `groups of channels agree with the definition`(inputs: Int, outputs: Int, groups: Int) throws {
        for (kernel, stride, dilation) in [(3, 1, 1), (3, 2, 1), (1, 1, 1), (3, 1, 2), (5, 2, 1)] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, groups: groups, kernelHeight: kernel,
                kernelWidth: kernel, strideHeight: stride, strideWidth: stride, dilationHeight: dilation,
                dilationWidth: dilation)
            let pad = (kernel - 1) * dilation / 2
            for (height, width) in [(9, 11), (4, 31)] {
                try Self.check(
                    p, Self.geometry(p, batch: 2, height, width, pads: (pad, pad, pad, pad)),
                    seed: UInt64(inputs + width), expecting: .grouped)
            }
        }
    }

    @Test func `threads change no bit of a convolution in groups`() throws {
        var generator = SeededGenerator(seed: 21)
        let p = ConvolutionParameters(
            inputChannels: 96, outputChannels: 96, groups: 12, kernelHeight: 3, kernelWidth: 3)
        let g = Self.geometry(p, 30, 17, pads: (1, 1, 1, 1))
        let input = Support.floats(96 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let packed = try #require(BlockedConvolution(parameters: p, weights: weights, bias: nil))
        let runs = Support.pools.map { Self.run(packed, g, input, nil, $0) }
        #expect(runs[0] == runs[1])
    }

    @Test func `a border around convolutions in groups is left to others`() {
        for groups in [2, 8] {
            let p = ConvolutionParameters(
                inputChannels: 8, outputChannels: 8, groups: groups, kernelHeight: 3, kernelWidth: 3)
            let weights = [Float](repeating: 1, count: p.weightCount)
            let packed = BlockedConvolution(
                parameters: p, weights: weights, bias: nil, border: Array(repeating: 1, count: 8))
            #expect(packed == nil)
        }
    }
}
