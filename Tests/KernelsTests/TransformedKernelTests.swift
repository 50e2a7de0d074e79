import Foundation
import Kernels
import TestKit
import Testing

/// Winograd's large layers, whose kernels are transformed as they are used: by few tiles in registers, by
/// many by way of memory. The channels fill no last block of inputs and an odd number of blocks of outputs.
struct TransformedKernelTests {
    private static func parameters(_ precision: Precision) -> ConvolutionParameters {
        ConvolutionParameters(
            inputChannels: precision == .float32 ? 133 : 530,
            outputChannels: precision == .float32 ? 170 : 490, kernelHeight: 3, kernelWidth: 3)
    }

    private static func geometry(_ p: ConvolutionParameters, batch: Int, _ height: Int, _ width: Int)
        -> ConvolutionGeometry
    {
        BlockedConvolutionTests.geometry(p, batch: batch, height, width, pads: (1, 1, 1, 1))
    }

    private static func packed(
        _ p: ConvolutionParameters, _ weights: [Float], _ precision: Precision,
        _ table: KernelTable = .current
    ) throws -> BlockedConvolution {
        let packed = try #require(
            BlockedConvolution(
                parameters: p, weights: weights, bias: nil, precision: precision, pool: Support.pools[1],
                table: table))
        #expect(packed.algorithm == .winograd)
        return packed
    }

    /// One to seven tiles in a plane, which a batch of eight makes many; full ones and narrow in rows, in
    /// columns and in both.
    @Test(
        arguments: [Precision.float32, .float16Weights],
        [(1, 1), (4, 6), (2, 11), (7, 7), (18, 3), (5, 9), (1, 28)])
    func `planes of few tiles give the bits of many, and the definition's sums`(
        precision: Precision, _ plane: (height: Int, width: Int)
    ) throws {
        var generator = SeededGenerator(seed: UInt64(plane.width))
        let p = Self.parameters(precision)
        let one = Self.geometry(p, batch: 1, plane.height, plane.width)
        let many = Self.geometry(p, batch: 8, plane.height, plane.width)
        let (taken, made) = (p.inputChannels * one.inputPlane, p.outputChannels * one.outputPlane)
        let input = Support.floats(8 * taken, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let rounded = precision == .float32 ? weights : weights.map { Float(Float16($0)) }
        let first = Array(input[..<taken])
        let expected = ConvolutionTests.reference(p, one, first, rounded, nil, nil) { $1 }
        var fused: Set<[Float]> = []
        for table in Support.tables {
            let packed = try Self.packed(p, weights, precision, table)
            let alone = Support.pools.map { BlockedConvolutionTests.run(packed, one, first, nil, $0) }
            let together = BlockedConvolutionTests.run(packed, many, input, nil, Support.pools[0])
            #expect(alone[0] == alone[1] && alone[0] == Array(together[..<made]), "\(table.instructionSet)")
            #expect(Support.difference(alone[0], expected) < 1e-5, "\(table.instructionSet)")
            if table.fusesProducts { fused.insert(alone[0]) }
        }
        #expect(fused.count <= 1)
    }

    /// 405 tiles, more than a group holds: an uneven number, so that the last group has fewer.
    @Test func `several groups of tiles give the bits of one image by itself`() throws {
        var generator = SeededGenerator(seed: 81)
        let p = Self.parameters(.float32)
        let (one, many) = (Self.geometry(p, batch: 1, 35, 35), Self.geometry(p, batch: 5, 35, 35))
        let (taken, made) = (p.inputChannels * one.inputPlane, p.outputChannels * one.outputPlane)
        let input = Support.floats(5 * taken, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        for table in Support.tables {
            let packed = try Self.packed(p, weights, .float32, table)
            let together = Support.pools.map { BlockedConvolutionTests.run(packed, many, input, nil, $0) }
            #expect(together[0] == together[1], "\(table.instructionSet)")
            for image in 0..<5 {
                let own = Array(input[image * taken..<(image + 1) * taken])
                let alone = BlockedConvolutionTests.run(packed, one, own, nil, Support.pools[image % 2])
                #expect(
                    alone == Array(together[0][image * made..<(image + 1) * made]),
                    "image \(image), \(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [(7, 7), (9, 14)])
    func `blocks that float16 does not hold stay as they are, between others that do not`(
        height: Int, width: Int
    ) throws {
        var generator = SeededGenerator(seed: 3)
        let p = Self.parameters(.float16Weights)
        let g = Self.geometry(p, batch: 1, height, width)
        let input = Support.floats(p.inputChannels * g.inputPlane, &generator)
        var weights = Support.floats(p.weightCount, &generator)
        let channel = p.inputChannels * 9
        weights[20 * channel] = 1e5
        // The block of channel 20, and of all others their rounded selves.
        var kept = weights.map { Float(Float16($0)) }
        kept.replaceSubrange(16 * channel..<32 * channel, with: weights[16 * channel..<32 * channel])
        let expected = ConvolutionTests.reference(p, g, input, kept, nil, nil) { $1 }
        for table in Support.tables {
            let packed = try Self.packed(p, weights, .float16Weights, table)
            for pool in Support.pools {
                let found = BlockedConvolutionTests.run(packed, g, input, nil, pool)
                // Channel 20 is the one whose sums are large.
                for channels in [0..<16, 16..<20, 20..<21, 21..<32, 32..<48, 48..<490] {
                    let part = channels.lowerBound * g.outputPlane..<channels.upperBound * g.outputPlane
                    let difference = Support.difference(Array(found[part]), Array(expected[part]))
                    #expect(difference < 1e-5, "\(channels) \(table.instructionSet)")
                }
            }
        }
    }

    @Test func `small convolutions of a network with float16 weights stay float32`() {
        #expect(Precision.float16Weights.forConvolution(weights: 65_536) == .float32)
        #expect(Precision.float16Weights.forConvolution(weights: 65_537) == .float16Weights)
        for precision in Precision.allCases where precision != .float16Weights {
            #expect(precision.forConvolution(weights: 1) == precision)
        }
    }
}
