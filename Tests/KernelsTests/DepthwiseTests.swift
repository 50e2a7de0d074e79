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
        #expect(results.count <= 1)
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
}
