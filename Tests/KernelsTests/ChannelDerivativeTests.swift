import Kernels
import TestKit
import Testing

@Suite struct ChannelDerivativeTests {
    private static let pool = WorkerPool(threads: 2)

    /// The same images in planes and in blocks.
    private struct Images {
        let planes, blocks: ChannelLayout
        let inPlanes, inBlocks: [Float]

        init(batch: Int, channels: Int, plane: Int, seed: UInt64) {
            planes = ChannelLayout(batch: batch, channels: channels, plane: plane, inBlocks: false)
            blocks = ChannelLayout(batch: batch, channels: channels, plane: plane, inBlocks: true)
            var generator = SeededGenerator(seed: seed)
            inPlanes = (0..<planes.count).map { _ in Float.random(in: -4...4, using: &generator) }
            inBlocks = Self.blocks(inPlanes, planes, blocks.count)
        }

        static func blocks(_ planes: [Float], _ layout: ChannelLayout, _ count: Int) -> [Float] {
            var target = [Float](repeating: 0, count: count)
            ChannelBlocks.blocks(
                from: planes, batch: layout.batch, channels: layout.channels, plane: layout.plane,
                to: &target, pool: pool)
            return target
        }

        func planes(_ blocks: [Float]) -> [Float] {
            var target = [Float](repeating: 0, count: planes.count)
            ChannelBlocks.planes(
                from: blocks, batch: planes.batch, channels: planes.channels, plane: planes.plane,
                to: &target, pool: pool)
            return target
        }
    }

    private static let sizes = [(1, 1, 1), (2, 3, 49), (1, 16, 17), (2, 33, 10), (1, 20, 2_000)]

    @Test(arguments: sizes)
    func `moments are those of a sum in double, in either layout`(
        _ size: (batch: Int, channels: Int, plane: Int)
    ) {
        let images = Images(batch: size.batch, channels: size.channels, plane: size.plane, seed: 5)
        for (layout, values) in [(images.planes, images.inPlanes), (images.blocks, images.inBlocks)] {
            let found = ChannelMoments(of: values, layout, pool: Self.pool)
            #expect(found.mean.count == size.channels && found.deviation.count == size.channels)
            for channel in 0..<size.channels {
                let elements = (0..<size.batch).flatMap { image in
                    let start = (image * size.channels + channel) * size.plane
                    return images.inPlanes[start..<start + size.plane].map(Double.init)
                }
                let mean = elements.reduce(0, +) / Double(elements.count)
                let variance = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(elements.count)
                #expect(abs(Double(found.mean[channel]) - mean) < 1e-5)
                #expect(abs(Double(found.deviation[channel]) - variance.squareRoot()) < 1e-5)
            }
        }
    }

    @Test(arguments: sizes)
    func `a line of each channel is added in either layout`(
        _ size: (batch: Int, channels: Int, plane: Int)
    ) {
        let images = Images(batch: size.batch, channels: size.channels, plane: size.plane, seed: 6)
        let incoming = Images(batch: size.batch, channels: size.channels, plane: size.plane, seed: 7)
        let scale = (0..<size.channels).map { Float($0) / 4 - 1 }
        let shift = (0..<size.channels).map { 2 - Float($0) / 8 }
        let expected = images.inPlanes.indices.map { index in
            let channel = index / size.plane % size.channels
            return incoming.inPlanes[index] + (shift[channel] + scale[channel] * images.inPlanes[index])
        }
        var planes = incoming.inPlanes
        ChannelDerivatives.affine(
            images.planes, scale: scale, shift: shift, images.inPlanes, adding: incoming.inPlanes, &planes,
            pool: Self.pool)
        #expect(planes == expected)
        var blocks = incoming.inBlocks
        ChannelDerivatives.affine(
            images.blocks, scale: scale, shift: shift, images.inBlocks, adding: incoming.inBlocks, &blocks,
            pool: Self.pool)
        #expect(images.planes(blocks) == expected)
    }

    @Test(
        arguments: [
            .erf, .gelu, .geluByTangent, .relu, .leakyRelu(alpha: 0.1), .clip(low: -1, high: 2), .sigmoid,
            .silu, .tanh, .hardSwish,
            .hardSigmoid(alpha: 0.2, beta: 0.5), .prelu(slopes: (0..<20).map { Float($0) / 10 - 1 }), .none,
        ] as [Activation])
    func `derivatives of activations are difference quotients, in either layout`(_ activation: Activation) {
        let (channels, plane) = (20, 37)
        let images = Images(batch: 2, channels: channels, plane: plane, seed: 8)
        let incoming = Images(batch: 2, channels: channels, plane: plane, seed: 9)
        func value(_ x: Double, _ channel: Int) -> Double {
            switch activation {
            case .quantized: preconditionFailure("steps have no derivative")
            case .none: x
            case .relu: max(x, 0)
            case .leakyRelu(let alpha): x < 0 ? Double(alpha) * x : x
            case .clip(let low, let high): min(max(x, Double(low)), Double(high))
            case .prelu(let slopes): x < 0 ? Double(slopes[channel]) * x : x
            case .sigmoid: 1 / (1 + exponential(-x))
            case .silu: x / (1 + exponential(-x))
            case .tanh: 2 / (1 + exponential(-2 * x)) - 1
            case .hardSigmoid(let alpha, let beta): max(0, min(1, Double(alpha) * x + Double(beta)))
            case .hardSwish: x * max(0, min(1, x / 6 + 0.5))
            case .erf: errorFunction(x)
            case .gelu: x / 2 * (1 + errorFunction(x / 2.0.squareRoot()))
            case .geluByTangent:
                x / (1 + exponential(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
            }
        }
        var planes = images.inPlanes
        ChannelDerivatives.activation(
            activation, images.planes, at: images.inPlanes, incoming.inPlanes, &planes, pool: Self.pool)
        for (index, x) in images.inPlanes.enumerated() {
            let channel = index / plane % channels
            let (ahead, behind) = (value(Double(x) + 1e-6, channel), value(Double(x) - 1e-6, channel))
            let expected = Double(incoming.inPlanes[index]) * (ahead - behind) / 2e-6
            #expect(abs(Double(planes[index]) - expected) < 1e-4, "\(activation) at \(x)")
        }
        var blocks = images.inBlocks
        ChannelDerivatives.activation(
            activation, images.blocks, at: images.inBlocks, incoming.inBlocks, &blocks, pool: Self.pool)
        #expect(images.planes(blocks) == planes)
        #expect(blocks.allSatisfy { $0.isFinite })
    }

    /// By its series, so that nothing that is tested is used.
    private func exponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for index in 1...60 {
            term *= x / Double(index)
            sum += term
        }
        return sum
    }

    /// By Simpson's rule.
    private func errorFunction(_ x: Double) -> Double {
        let parts = 400
        let step = x / Double(parts)
        let sum = (0...parts).reduce(0.0) { sum, index in
            let at = Double(index) * step
            let weight = index == 0 || index == parts ? 1.0 : index % 2 == 1 ? 4 : 2
            return sum + weight / exponential(at * at)
        }
        return 2 / Double.pi.squareRoot() * sum * step / 3
    }

    @Test func `elements are set apart by zeros`() {
        let spread = ZeroSpread(input: (height: 2, width: 2), output: (height: 4, width: 5), stride: (2, 3))
        var output = [Float](repeating: .nan, count: 40)
        spread.run(planes: 2, lanes: 1, input: [1, 2, 3, 4, 5, 6, 7, 8], output: &output, pool: Self.pool)
        func plane(_ a: Float, _ b: Float, _ c: Float, _ d: Float) -> [Float] {
            [a, 0, 0, b, 0] + [0, 0, 0, 0, 0] + [c, 0, 0, d, 0] + [0, 0, 0, 0, 0]
        }
        #expect(output == plane(1, 2, 3, 4) + plane(5, 6, 7, 8))
    }
}
