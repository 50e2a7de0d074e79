import Foundation
import Kernels
import TestKit
import Testing

struct ConvolutionTests {
    /// A convolution as its definition has it, in double.
    static func reference(
        _ p: ConvolutionParameters, _ g: ConvolutionGeometry, _ input: [Float], _ weights: [Float],
        _ bias: [Float]?, _ residual: [Float]?, _ activation: (Int, Double) -> Double
    ) -> [Float] {
        let depth = p.inputChannels / p.groups
        return Support.places([g.batch, p.outputChannels, g.outputHeight, g.outputWidth]).enumerated().map {
            number, place in
            let (n, o, y, x) = (place[0], place[1], place[2], place[3])
            let group = o / (p.outputChannels / p.groups)
            var sum = Double(bias?[o] ?? 0) + Double(residual?[number] ?? 0)
            for c in 0..<depth {
                for ky in 0..<p.kernelHeight {
                    for kx in 0..<p.kernelWidth {
                        let iy = y * p.strideHeight + ky * p.dilationHeight - g.padTop
                        let ix = x * p.strideWidth + kx * p.dilationWidth - g.padLeft
                        guard iy >= 0, iy < g.inputHeight, ix >= 0, ix < g.inputWidth else { continue }
                        let channel = n * p.inputChannels + group * depth + c
                        let w = weights[((o * depth + c) * p.kernelHeight + ky) * p.kernelWidth + kx]
                        sum += Double(input[(channel * g.inputHeight + iy) * g.inputWidth + ix]) * Double(w)
                    }
                }
            }
            return Float(activation(o, sum))
        }
    }

    static func geometry(
        _ p: ConvolutionParameters, batch: Int, _ height: Int, _ width: Int, pads: (Int, Int, Int, Int)
    ) -> ConvolutionGeometry {
        let (top, left, bottom, right) = pads
        let spanY = (p.kernelHeight - 1) * p.dilationHeight + 1
        let spanX = (p.kernelWidth - 1) * p.dilationWidth + 1
        return ConvolutionGeometry(
            batch: batch, inputHeight: height, inputWidth: width,
            outputHeight: (height + top + bottom - spanY) / p.strideHeight + 1,
            outputWidth: (width + left + right - spanX) / p.strideWidth + 1, padTop: top, padLeft: left)
    }

    static func run(
        _ packed: PackedConvolution, _ g: ConvolutionGeometry, _ input: [Float], _ residual: [Float]?,
        _ pool: WorkerPool
    ) -> [Float] {
        let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: pool.threads))
        return Support.output(g.batch * packed.parameters.outputChannels * g.outputPlane) { output in
            packed.run(
                g, input: input, residual: residual, output: output, scratch: scratch.base, pool: pool)
        }
    }

    /// Compares every table and pool with the definition.
    static func check(
        _ p: ConvolutionParameters, _ g: ConvolutionGeometry, seed: UInt64,
        expecting: PackedConvolution.Algorithm
    ) {
        var generator = SeededGenerator(seed: seed)
        let input = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let bias = Support.floats(p.outputChannels, &generator)
        let residual = Support.floats(g.batch * p.outputChannels * g.outputPlane, &generator)
        let plain = reference(p, g, input, weights, bias, nil) { $1 }
        let added = reference(p, g, input, weights, bias, residual) { max($1, 0) }
        for table in Support.tables {
            let linear = PackedConvolution(parameters: p, weights: weights, bias: bias, table: table)
            let rectified = PackedConvolution(
                parameters: p, weights: weights, bias: bias, activation: .relu, table: table)
            #expect(linear.algorithm == expecting)
            for pool in Support.pools {
                let note: Comment = "\(p) \(g) \(table.instructionSet) \(pool.threads) threads"
                #expect(Support.difference(run(linear, g, input, nil, pool), plain) < 2e-6, note)
                #expect(Support.difference(run(rectified, g, input, residual, pool), added) < 2e-6, note)
            }
        }
    }

    @Test(arguments: [(1, 1), (1, 7), (3, 5), (14, 14), (7, 300), (40, 70)])
    func `pointwise agrees with the definition`(height: Int, width: Int) {
        for (channels, outputs, groups, batch) in [(3, 5, 1, 1), (16, 130, 1, 2), (6, 9, 3, 1)] {
            let p = ConvolutionParameters(
                inputChannels: channels, outputChannels: outputs, groups: groups, kernelHeight: 1,
                kernelWidth: 1)
            let g = Self.geometry(p, batch: batch, height, width, pads: (0, 0, 0, 0))
            Self.check(p, g, seed: UInt64(height * 1000 + width), expecting: .pointwise)
        }
    }

    @Test func `a padded pointwise kernel sees zeros around the input`() {
        let p = ConvolutionParameters(inputChannels: 3, outputChannels: 4, kernelHeight: 1, kernelWidth: 1)
        Self.check(p, Self.geometry(p, batch: 1, 5, 6, pads: (1, 0, 2, 3)), seed: 5, expecting: .pointwise)
        let sameSize = ConvolutionGeometry(
            batch: 1, inputHeight: 4, inputWidth: 4, outputHeight: 4, outputWidth: 4, padTop: 1, padLeft: 1)
        Self.check(p, sameSize, seed: 6, expecting: .pointwise)
    }

    @Test(arguments: [1, 2, 3], [1, 2])
    func `im2col agrees with the definition`(stride: Int, dilation: Int) {
        for (kh, kw, groups, height, width) in [
            (3, 3, 1, 9, 11), (1, 1, 1, 8, 7), (5, 2, 2, 12, 10), (3, 3, 2, 33, 65), (2, 7, 1, 13, 13),
        ] {
            if stride == 1 && kh * kw == 1 { continue }
            let p = ConvolutionParameters(
                inputChannels: 4, outputChannels: 6, groups: groups, kernelHeight: kh, kernelWidth: kw,
                strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation)
            let g = Self.geometry(p, batch: 2, height, width, pads: (1, 2, 0, 1))
            Self.check(p, g, seed: UInt64(kh * 100 + kw), expecting: .im2col)
        }
    }

    @Test func `many tiles of columns agree with the definition`() {
        let p = ConvolutionParameters(inputChannels: 40, outputChannels: 5, kernelHeight: 7, kernelWidth: 7)
        Self.check(p, Self.geometry(p, batch: 1, 17, 90, pads: (3, 3, 3, 3)), seed: 9, expecting: .im2col)
        let narrow = ConvolutionParameters(
            inputChannels: 2, outputChannels: 2, kernelHeight: 3, kernelWidth: 3)
        Self.check(
            narrow, Self.geometry(narrow, batch: 1, 3, 700, pads: (1, 1, 1, 1)), seed: 10, expecting: .im2col)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 14, 15, 16, 17, 28, 33, 40])
    func `depthwise agrees with the definition for every width of vector`(width: Int) {
        for (kernel, stride, dilation, multiplier) in [
            (3, 1, 1, 1), (3, 2, 1, 1), (5, 1, 1, 2), (5, 2, 1, 1), (3, 1, 2, 1), (3, 3, 1, 3),
        ] {
            let p = ConvolutionParameters(
                inputChannels: 3, outputChannels: 3 * multiplier, groups: 3, kernelHeight: kernel,
                kernelWidth: kernel, strideHeight: stride, strideWidth: stride, dilationHeight: dilation,
                dilationWidth: dilation)
            let pad = (kernel - 1) * dilation / 2
            for height in [width, 19] {
                let g = Self.geometry(p, batch: 2, height, width, pads: (pad, pad, pad, pad))
                Self.check(p, g, seed: UInt64(width * 100 + kernel * 10 + stride), expecting: .depthwise)
            }
        }
    }

    @Test func `depthwise takes uneven kernels, strides and pads`() {
        let p = ConvolutionParameters(
            inputChannels: 5, outputChannels: 5, groups: 5, kernelHeight: 2, kernelWidth: 4, strideHeight: 2,
            strideWidth: 1)
        Self.check(p, Self.geometry(p, batch: 1, 11, 22, pads: (0, 3, 1, 0)), seed: 1, expecting: .depthwise)
        let q = ConvolutionParameters(
            inputChannels: 2, outputChannels: 2, groups: 2, kernelHeight: 3, kernelWidth: 3, strideHeight: 1,
            strideWidth: 2)
        Self.check(q, Self.geometry(q, batch: 1, 40, 37, pads: (2, 0, 0, 2)), seed: 2, expecting: .depthwise)
        // Pads wider than the input: whole rows of outputs see nothing but zeros.
        Self.check(q, Self.geometry(q, batch: 1, 2, 2, pads: (6, 6, 6, 6)), seed: 3, expecting: .depthwise)
    }

    @Test func `a depthwise kernel as large as the plane is one product`() {
        let p = ConvolutionParameters(
            inputChannels: 9, outputChannels: 9, groups: 9, kernelHeight: 7, kernelWidth: 6)
        Self.check(p, Self.geometry(p, batch: 2, 7, 6, pads: (0, 0, 0, 0)), seed: 4, expecting: .depthwise)
    }

    @Test func `the residual may be the output itself`() {
        var generator = SeededGenerator(seed: 7)
        for groups in [1, 6] {
            for kernel in [1, 3] where groups == 1 || kernel == 3 {
                let p = ConvolutionParameters(
                    inputChannels: 6, outputChannels: 6, groups: groups, kernelHeight: kernel,
                    kernelWidth: kernel)
                let g = Self.geometry(
                    p, batch: 2, 9, 21, pads: (kernel / 2, kernel / 2, kernel / 2, kernel / 2))
                let input = Support.floats(g.batch * 6 * g.inputPlane, &generator)
                let weights = Support.floats(p.weightCount, &generator)
                let residual = Support.floats(g.batch * 6 * g.outputPlane, &generator)
                let packed = PackedConvolution(parameters: p, weights: weights, bias: nil, activation: .relu)
                let expected = Self.reference(p, g, input, weights, nil, residual) { max($1, 0) }
                for pool in Support.pools {
                    let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: pool.threads))
                    var output = residual
                    output.withUnsafeMutableBufferPointer {
                        packed.run(
                            g, input: input, residual: $0.baseAddress!, output: $0.baseAddress!,
                            scratch: scratch.base, pool: pool)
                    }
                    #expect(Support.difference(output, expected) < 2e-6)
                }
            }
        }
    }

    @Test func `a batch of no images needs no scratch and writes nothing`() {
        for (groups, kernel) in [(1, 1), (1, 3), (4, 3)] {
            let p = ConvolutionParameters(
                inputChannels: 4, outputChannels: 4, groups: groups, kernelHeight: kernel, kernelWidth: kernel
            )
            let g = Self.geometry(p, batch: 0, 6, 7, pads: (0, 0, 0, 0))
            let weights = [Float](repeating: 1, count: p.weightCount)
            let packed = PackedConvolution(parameters: p, weights: weights, bias: nil)
            for threads in [0, 1, 2, 5] { #expect(packed.scratchBytes(for: g, threads: threads) == 0) }
            for pool in Support.pools {
                var output: [Float] = [7]
                packed.run(g, input: [], output: &output, scratch: nil, pool: pool)
                #expect(output == [7])
            }
        }
    }

    @Test func `every activation is applied to each channel`() {
        var generator = SeededGenerator(seed: 8)
        let slopes: [Float] = [0.1, 0.2, -0.3, 1.5]
        let activations: [(Activation, (Int, Double) -> Double)] = [
            (.none, { $1 }), (.relu, { max($1, 0) }), (.leakyRelu(alpha: 0.2), { $1 < 0 ? 0.2 * $1 : $1 }),
            (.clip(low: -0.5, high: 0.75), { min(max($1, -0.5), 0.75) }),
            (.prelu(slopes: slopes), { $1 < 0 ? Double(slopes[$0]) * $1 : $1 }),
            (.sigmoid, { 1 / (1 + Foundation.exp(-$1)) }), (.silu, { $1 / (1 + Foundation.exp(-$1)) }),
            (.hardSigmoid(alpha: 0.2, beta: 0.5), { max(0, min(1, 0.2 * $1 + 0.5)) }),
            (.hardSwish, { $1 * max(0, min(1, $1 / 6 + 0.5)) }), (.tanh, { Foundation.tanh($1) }),
        ]
        for groups in [1, 4] {
            let p = ConvolutionParameters(
                inputChannels: 4, outputChannels: 4, groups: groups, kernelHeight: 3, kernelWidth: 3)
            let g = Self.geometry(p, batch: 1, 6, 19, pads: (1, 1, 1, 1))
            let input = Support.floats(4 * g.inputPlane, &generator)
            let weights = Support.floats(p.weightCount, &generator)
            for (activation, function) in activations {
                let expected = Self.reference(p, g, input, weights, nil, nil, function)
                for table in Support.tables {
                    let packed = PackedConvolution(
                        parameters: p, weights: weights, bias: nil, activation: activation, table: table)
                    let found = Self.run(packed, g, input, nil, Support.pools[0])
                    #expect(
                        Support.difference(found, expected) < 2e-6, "\(activation) \(table.instructionSet)")
                }
            }
        }
    }
}
