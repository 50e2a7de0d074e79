import Kernels
import TestKit
import Testing

/// What works on channel blocks beside the convolutions, against the same over planes.
struct BlockOperatorTests {
    static func inBlocks(_ planes: [Float], batch: Int = 1, _ channels: Int, _ plane: Int) -> [Float] {
        Support.output(batch * ChannelBlocks.count(channels) * plane * ChannelBlocks.width) {
            ChannelBlocks.blocks(
                from: planes, batch: batch, channels: channels, plane: plane, to: $0, pool: Support.pools[0])
        }
    }

    static func inPlanes(_ blocks: [Float], batch: Int = 1, _ channels: Int, _ plane: Int) -> [Float] {
        Support.output(batch * channels * plane) {
            ChannelBlocks.planes(
                from: blocks, batch: batch, channels: channels, plane: plane, to: $0, pool: Support.pools[0])
        }
    }

    @Test(arguments: PoolingTests.geometries) func `the largest of windows, NaN among them`(
        g: PoolingGeometry
    ) {
        var generator = SeededGenerator(seed: 1)
        let (planeIn, planeOut) = (g.inputHeight * g.inputWidth, g.outputHeight * g.outputWidth)
        var input = Support.floats(g.planes * planeIn, &generator)
        input[input.count / 2] = .nan
        let expected = Support.output(g.planes * planeOut) {
            Pooling.max(g, input: input, output: $0, pool: Support.pools[0])
        }
        var blocks = g
        blocks.planes = ChannelBlocks.count(g.planes)
        for table in Support.tables {
            for pool in Support.pools {
                let found = Support.output(blocks.planes * planeOut * ChannelBlocks.width) {
                    Pooling.maxOfBlocks(
                        blocks, input: Self.inBlocks(input, g.planes, planeIn), output: $0, pool: pool,
                        table: table)
                }
                let planes = Self.inPlanes(found, g.planes, planeOut)
                #expect(Support.difference(planes, expected) == 0, "\(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [(7, 9, 14, 18), (5, 6, 9, 6), (8, 8, 3, 5), (1, 1, 4, 3)])
    func `images resized to the nearest`(height: Int, width: Int, toHeight: Int, toWidth: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let (from, to) = ([2, 19, height, width], [2, 19, toHeight, toWidth])
        let resize = try Resize(
            inputShape: from, outputShape: to,
            options: .init(mode: .nearest(.floor), coordinates: .asymmetric))
        let input = Support.floats(from.reduce(1, *), &generator)
        #expect(resize.isOfImages)
        let expected = ResizeTests.run(resize, input, Support.pools[0])
        for pool in Support.pools {
            let found = Support.output(2 * 2 * toHeight * toWidth * ChannelBlocks.width) {
                resize.runBlocks(
                    input: Self.inBlocks(input, batch: 2, 19, height * width), output: $0, pool: pool)
            }
            #expect(Self.inPlanes(found, batch: 2, 19, toHeight * toWidth) == expected)
            // The residual is the output itself.
            var sums = Self.inBlocks(expected, batch: 2, 19, toHeight * toWidth)
            sums.withUnsafeMutableBufferPointer {
                resize.runBlocks(
                    input: Self.inBlocks(input, batch: 2, 19, height * width), residual: $0.baseAddress!,
                    output: $0.baseAddress!, pool: pool)
            }
            #expect(Self.inPlanes(sums, batch: 2, 19, toHeight * toWidth) == expected.map { 2 * $0 })
            for table in Support.tables {
                let active = Support.output(2 * 2 * toHeight * toWidth * ChannelBlocks.width) {
                    resize.runBlocks(
                        input: Self.inBlocks(input, batch: 2, 19, height * width),
                        residual: Self.inBlocks(expected, batch: 2, 19, toHeight * toWidth),
                        activation: .clip(low: -1, high: 0.5), output: $0, pool: pool, table: table)
                }
                let clipped = expected.map { min(max(2 * $0, -1), 0.5) }
                #expect(Self.inPlanes(active, batch: 2, 19, toHeight * toWidth) == clipped)
            }
        }
    }

    @Test(
        arguments: [(7, 9, 14, 18), (5, 6, 9, 6), (8, 8, 3, 5), (1, 1, 4, 3), (4, 6, 1, 1)],
        // What is named for nearest moves axes that stay as they are, too.
        Resize.Coordinates.allCases.filter { $0 != .tfHalfPixelForNearest })
    func `images resized linearly, to the bits of planes`(
        sizes: (Int, Int, Int, Int), coordinates: Resize.Coordinates
    ) throws {
        let (height, width, toHeight, toWidth) = sizes
        var generator = SeededGenerator(seed: 4)
        let (from, to) = ([2, 19, height, width], [2, 19, toHeight, toWidth])
        let resize = try Resize(
            inputShape: from, outputShape: to, regionOfInterest: [0, 0, 0.25, 0, 1, 1, 1, 0.5],
            options: .init(mode: .linear, coordinates: coordinates))
        try #require(resize.isOfImages)
        let (input, added) = (
            Support.floats(from.reduce(1, *), &generator), Support.floats(to.reduce(1, *), &generator)
        )
        let blocks = Self.inBlocks(input, batch: 2, 19, height * width)
        let addedBlocks = Self.inBlocks(added, batch: 2, 19, toHeight * toWidth)
        for table in Support.tables {
            let expected = ResizeTests.run(resize, input, Support.pools[0], table: table)
            let plain = ResizeTests.run(resize, input, Support.pools[0], table: Support.tables[0])
            #expect(Support.difference(expected, plain) < 1e-6)
            for pool in Support.pools {
                let found = Support.output(addedBlocks.count) {
                    resize.runBlocks(input: blocks, output: $0, pool: pool, table: table)
                }
                #expect(Self.inPlanes(found, batch: 2, 19, toHeight * toWidth) == expected)
                // The residual is the output itself.
                var sums = addedBlocks
                sums.withUnsafeMutableBufferPointer {
                    resize.runBlocks(
                        input: blocks, residual: $0.baseAddress!, activation: .clip(low: -0.5, high: 0.5),
                        output: $0.baseAddress!, pool: pool, table: table)
                }
                let clipped = zip(expected, added).map { min(max($0 + $1, -0.5), 0.5) }
                #expect(
                    Support.difference(Self.inPlanes(sums, batch: 2, 19, toHeight * toWidth), clipped) < 1e-6)
            }
        }
    }

    @Test(arguments: [Resize.Mode.linear, .cubic(coefficient: -0.75), .nearest(.floor)])
    func `the derivative of a resize is its transpose, over blocks as over planes`(mode: Resize.Mode) throws {
        var generator = SeededGenerator(seed: 5)
        for sizes in [(3, 4, 7, 8), (9, 8, 4, 3), (5, 4, 5, 9), (4, 4, 4, 4), (4, 1, 1, 6)] {
            let (from, to) = ([2, 19, sizes.0, sizes.1], [2, 19, sizes.2, sizes.3])
            // A part of the rows lies outside.
            let resize = try Resize(
                inputShape: from, outputShape: to, regionOfInterest: [0, 0, -0.25, 0, 1, 1, 1, 1],
                options: .init(mode: mode, coordinates: sizes.0 == 3 ? .tfCropAndResize : .halfPixel))
            let x = Support.floats(from.reduce(1, *), &generator)
            let incoming = Support.floats(to.reduce(1, *), &generator)
            func derivative(_ incoming: [Float], inBlocks: Bool, _ count: Int, _ pool: WorkerPool) -> [Float]
            {
                let scratch = AlignedBuffer(byteCount: resize.derivativeScratchBytes(inBlocks: inBlocks))
                return Support.output(count) {
                    resize.runDerivative(
                        incoming, inBlocks: inBlocks, output: $0, scratch: scratch.base, pool: pool)
                }
            }
            let found = derivative(incoming, inBlocks: false, x.count, Support.pools[0])
            func dot(_ a: [Float], _ b: [Float]) -> Double {
                zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            let forward = dot(ResizeTests.run(resize, x, Support.pools[0]), incoming)
            #expect(abs(dot(x, found) - forward) < 1e-4, "\(sizes)")
            let blocks = Self.inBlocks(incoming, batch: 2, 19, sizes.2 * sizes.3)
            for pool in Support.pools {
                let inBlocks = derivative(
                    blocks, inBlocks: true, 4 * sizes.0 * sizes.1 * ChannelBlocks.width, pool)
                #expect(Self.inPlanes(inBlocks, batch: 2, 19, sizes.0 * sizes.1) == found, "\(sizes)")
            }
        }
    }

    @Test func `only a resize of rows and columns, within the image, is one of images`() throws {
        func isOfImages(
            _ output: [Int], _ mode: Resize.Mode, end: Float = 1, input: [Int] = [1, 3, 4, 4]
        ) throws -> Bool {
            let region =
                Array(repeating: Float(0), count: output.count) + input.dropLast().map { _ in 1 } + [end]
            return try Resize(
                inputShape: input, outputShape: output, regionOfInterest: region,
                options: .init(mode: mode, coordinates: .tfCropAndResize)
            ).isOfImages
        }
        for mode in [Resize.Mode.nearest(.floor), .linear] {
            #expect(try isOfImages([1, 3, 8, 2], mode))
            #expect(try !isOfImages([1, 6, 4, 4], mode))
            #expect(try !isOfImages([2, 3, 4, 4], mode))
            #expect(try !isOfImages([1, 3, 8, 2], mode, end: 1.5))
            #expect(try !isOfImages([3, 8, 2], mode, input: [3, 4, 4]))
        }
        #expect(try !isOfImages([1, 3, 8, 2], .cubic(coefficient: -0.75)))
    }

    @Test(arguments: [1, 2, 3, 17, 40])
    func `channels are turned last, and nothing is written past them`(plane: Int) {
        var generator = SeededGenerator(seed: 3)
        for (all, first, count) in [
            (1, 0, 1), (16, 0, 16), (30, 2, 8), (30, 10, 20), (40, 33, 7), (20, 15, 2),
        ] {
            let planes = Support.floats(2 * all * plane, &generator)
            let blocks = Self.inBlocks(planes, batch: 2, all, plane)
            let expected = Support.places([2, plane, count]).map {
                planes[($0[0] * all + first + $0[2]) * plane + $0[1]]
            }
            for table in Support.tables {
                let found = Support.output(expected.count + 16) {
                    ChannelBlocks.channelsLast(
                        from: blocks, batch: 2, of: all, first: first, channels: count, plane: plane, to: $0,
                        table: table)
                }
                #expect(Array(found.prefix(expected.count)) == expected, "\(all) \(first) \(count)")
                let isUntouched = found.suffix(16).allSatisfy(\.isNaN)
                #expect(isUntouched, "\(all) \(first) \(count)")
            }
        }
    }

    @Test func `the peak is a speed`() {
        for table in Support.tables { #expect(table.measurePeak(pool: Support.pools[0]) > 1e8) }
    }
}
