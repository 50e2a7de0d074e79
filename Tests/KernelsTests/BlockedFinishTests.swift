import Kernels
import TestKit
import Testing

/// Functions at the end of a convolution that are applied to what has just been written.
struct BlockedFinishTests {
    /// Every way to make sums has its own place for it.
    @Test(arguments: KernelBoundsTests.shapes, GuardedBuffer<Float>.Side.allCases)
    func `a function at the end of a convolution is applied once to every output`(
        shape: KernelBoundsTests.Shape, side: GuardedBuffer<Float>.Side
    ) throws {
        var generator = SeededGenerator(seed: UInt64(shape.inputs * shape.width))
        let (p, g) = (shape.parameters, shape.geometry)
        let input = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
        let blocks = BlockOperatorTests.inBlocks(input, batch: g.batch, p.inputChannels, g.inputPlane)
        let weights = Support.floats(p.weightCount, &generator, in: -0.2...0.2)
        let count = g.batch * ChannelBlocks.count(p.outputChannels) * g.outputPlane * ChannelBlocks.width
        let residual = Support.floats(count, &generator)
        for (precision, table) in Precision.allCases.flatMap({ p in Support.tables.map { (p, $0) } }) {
            func run(_ activation: Activation) throws -> [Float] {
                let packed = try #require(
                    BlockedConvolution(
                        parameters: p, weights: weights, bias: nil, activation: activation,
                        precision: precision, table: table))
                let scratch = AlignedBuffer(byteCount: packed.scratchBytes(for: g, threads: 1))
                let output = GuardedBuffer(residual, side: side)
                packed.run(
                    g, input: packed.readsBlocks ? blocks : input, residual: UnsafePointer(output.base),
                    output: output.base, scratch: scratch.base, pool: Support.pools[0])
                return BlockOperatorTests.inPlanes(
                    output.elements, batch: g.batch, p.outputChannels, g.outputPlane)
            }
            let sums = try run(.none)
            let expected = Support.output(sums.count) {
                Elementwise.apply(.silu, sums, $0, count: sums.count, pool: Support.pools[0], table: table)
            }
            #expect(try run(.silu) == expected, "\(precision) \(table.instructionSet)")
        }
    }
}
