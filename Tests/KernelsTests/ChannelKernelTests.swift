import Foundation
import Kernels
import TestKit
import Testing

/// What is done to channels of images in blocks, against plain loops over planes, beside forbidden pages.
struct ChannelKernelTests {
    typealias Side = GuardedBuffer<Float>.Side

    /// Runs `body` on guarded copies of the operands and memory for `count` results.
    private static func run(
        _ operands: [[Float]], results count: Int, _ side: Side,
        _ body: ([UnsafeMutablePointer<Float>], UnsafeMutablePointer<Float>) -> Void
    ) -> [Float] {
        let inputs = operands.map { GuardedBuffer($0, side: side) }
        let output = GuardedBuffer([Float](repeating: .nan, count: count), side: side)
        withExtendedLifetime(inputs) { body(inputs.map(\.base), output.base) }
        return output.elements
    }

    private static func inBlocks(_ planes: [Float], _ channels: Int, _ plane: Int) -> [Float] {
        BlockOperatorTests.inBlocks(
            planes, batch: planes.count / (channels * plane), channels, plane)
    }

    @Test(arguments: [(1, 1, 1), (5, 7, 3), (16, 16, 16), (21, 3, 67), (40, 13, 11)], Side.allCases)
    func `each channel has a factor and a summand, an image's own or those of all`(
        size: (channels: Int, height: Int, width: Int), side: Side
    ) {
        let (channels, plane) = (size.channels, size.height * size.width)
        var generator = SeededGenerator(seed: UInt64(plane))
        let shape = [2, channels, size.height, size.width]
        let image = Support.floats(2 * channels * plane, &generator)
        for isPerImage in [true, false] {
            let count = (isPerImage ? 2 : 1) * channels
            let (scale, shift) = (Support.floats(count, &generator), Support.floats(count, &generator))
            for (hasScale, hasShift, ends) in [
                (true, false, false), (false, true, false), (true, true, true), (false, false, false),
            ] {
                let expected = image.indices.map { index -> Float in
                    let number = isPerImage ? index / plane : index / plane % channels
                    let x = (hasScale ? scale[number] : 1) * image[index] + (hasShift ? shift[number] : 0)
                    return ends ? min(max(x + image[index], -1), 0.5) : x
                }
                let affine = ChannelAffine(
                    shape: shape, isPerImage: isPerImage,
                    activation: ends ? .clip(low: -1, high: 0.5) : .none)
                let operands = [
                    Self.inBlocks(image, channels, plane), Self.inBlocks(scale, channels, 1),
                    Self.inBlocks(shift, channels, 1),
                ]
                for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
                    let found = Self.run(operands, results: operands[0].count, side) {
                        // In place.
                        $1.update(from: $0[0], count: operands[0].count)
                        affine.run(
                            input: $1, scale: hasScale ? UnsafePointer($0[1]) : nil,
                            shift: hasShift ? UnsafePointer($0[2]) : nil,
                            residual: ends ? UnsafePointer($0[0]) : nil, output: $1, pool: pool, table: table)
                    }
                    let planes = BlockOperatorTests.inPlanes(found, batch: 2, channels, plane)
                    #expect(Support.difference(planes, expected) < 3e-7, "\(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: PoolingTests.geometries, Side.allCases)
    func `the mean of windows over blocks`(g: PoolingGeometry, side: Side) {
        var generator = SeededGenerator(seed: 4)
        let (planeIn, planeOut) = (g.inputHeight * g.inputWidth, g.outputHeight * g.outputWidth)
        let input = Support.floats(g.planes * planeIn, &generator)
        var form = g
        form.planes = ChannelBlocks.count(g.planes)
        let blocks = BlockOperatorTests.inBlocks(input, g.planes, planeIn)
        for countsPad in [true, false] {
            let expected = Support.output(g.planes * planeOut) {
                Pooling.average(
                    g, countIncludesPad: countsPad, input: input, output: $0, pool: Support.pools[0])
            }
            for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
                let found = Self.run([blocks], results: form.planes * planeOut * ChannelBlocks.width, side) {
                    Pooling.averageOfBlocks(
                        form, countIncludesPad: countsPad, input: $0[0], output: $1, pool: pool, table: table)
                }
                let planes = BlockOperatorTests.inPlanes(found, g.planes, planeOut)
                #expect(Support.difference(planes, expected) < 1e-6, "\(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [(1, 1), (5, 3), (21, 63), (40, 65), (16, 197), (3, 12_544)], Side.allCases)
    func `the mean of planes in blocks rounds little, however large they are`(
        size: (channels: Int, plane: Int), side: Side
    ) {
        let (channels, plane) = size
        var generator = SeededGenerator(seed: UInt64(plane))
        let input = Support.floats(2 * channels * plane, &generator, in: 0...2)
        let expected = (0..<2 * channels).map { index in
            Float(input[index * plane..<(index + 1) * plane].reduce(0) { $0 + Double($1) } / Double(plane))
        }
        let (blocks, operand) = (2 * ChannelBlocks.count(channels), Self.inBlocks(input, channels, plane))
        var results: Set<[Float]> = []
        for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
            let found = Self.run([operand], results: blocks * ChannelBlocks.width, side) {
                Pooling.globalAverageOfBlocks(
                    blocks: blocks, planeCount: plane, input: $0[0], output: $1, pool: pool, table: table)
            }
            let means = BlockOperatorTests.inPlanes(found, batch: 2, channels, 1)
            #expect(Support.difference(means, expected) < 5e-7, "\(table.instructionSet)")
            results.insert(means)
        }
        // Sums are in one order wherever they are made.
        #expect(results.count == 1)
    }

    static let joins: [[ChannelJoin.Part]] = [
        [.init(channels: 16), .init(channels: 16)], [.init(channels: 32), .init(channels: 5)],
        [.init(channels: 5), .init(channels: 32)],
        [.init(channels: 3), .init(channels: 4), .init(channels: 20)],
        [.init(channels: 40), .init(channels: 7), .init(channels: 16), .init(channels: 1)],
        [.init(channels: 40, taken: 16..<32)], [.init(channels: 40, taken: 3..<37)],
        [.init(channels: 20, taken: 19..<20)], [.init(channels: 50, taken: 40..<50)],
        [.init(channels: 36, taken: 10..<36), .init(channels: 9, taken: 1..<9)],
    ]

    @Test(arguments: joins, Side.allCases)
    func `channels are joined and cut wherever blocks begin`(parts: [ChannelJoin.Part], side: Side) {
        var generator = SeededGenerator(seed: UInt64(parts.count))
        for plane in [1, 2, 35] {
            let images = parts.map { Support.floats(2 * $0.channels * plane, &generator) }
            let channels = parts.reduce(0) { $0 + $1.taken.count }
            let expected = (0..<2).flatMap { image in
                parts.indices.flatMap { index in
                    let first = image * parts[index].channels
                    let taken = first + parts[index].taken.lowerBound..<first + parts[index].taken.upperBound
                    return images[index][taken.lowerBound * plane..<taken.upperBound * plane]
                }
            }
            let operands = parts.indices.map { Self.inBlocks(images[$0], parts[$0].channels, plane) }
            let count = 2 * ChannelBlocks.count(channels) * plane * ChannelBlocks.width
            for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
                let found = Self.run(operands, results: count, side) {
                    ChannelJoin(parts).run(
                        batch: 2, plane: plane, inputs: $0.map { UnsafePointer($0) }, output: $1, pool: pool,
                        table: table)
                }
                #expect(
                    BlockOperatorTests.inPlanes(found, batch: 2, channels, plane) == expected,
                    "\(table.instructionSet)")
                // Whole numbers take their scale from all of a block, what was cut away not among it.
                let width = ChannelBlocks.width
                let rest = found.indices.filter { index in
                    let block = index / width / plane % ChannelBlocks.count(channels)
                    return block * width + index % width >= channels
                }
                #expect(rest.allSatisfy { found[$0] == 0 }, "\(table.instructionSet)")
            }
        }
    }
}
