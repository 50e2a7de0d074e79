import Kernels
import TestKit
import Testing

/// Every fast kernel of every instruction set against the plain definition, on odd sizes and on memory with a
/// forbidden page at either end of each operand: reading or writing past one stops the run, with or without a
/// sanitizer.
struct KernelBoundsTests {
    typealias Side = GuardedBuffer<Float>.Side

    /// Calls `body` with copies of the operands and memory for `count` results, each beside a forbidden page,
    /// and answers the results.
    private static func run(
        _ operands: [[Float]], results count: Int, _ side: Side,
        _ body: (_ operands: [UnsafeMutablePointer<Float>], _ output: UnsafeMutablePointer<Float>) throws ->
            Void
    ) rethrows -> [Float] {
        let inputs = operands.map { GuardedBuffer($0, side: side) }
        let output = GuardedBuffer([Float](repeating: .nan, count: count), side: side)
        try withExtendedLifetime(inputs) { try body(inputs.map(\.base), output.base) }
        return output.elements
    }

    @Test func `an element past either end is forbidden`() async {
        await #expect(processExitsWith: .failure) {
            let buffer = GuardedBuffer([1] as [Float], side: .end)
            withExtendedLifetime(buffer) { print(buffer.base[1]) }
        }
        await #expect(processExitsWith: .failure) {
            let buffer = GuardedBuffer([1] as [Float], side: .start)
            withExtendedLifetime(buffer) { buffer.base[-1] = 0 }
        }
    }

    /// A convolution of two images with the same padding all around.
    struct Shape: Sendable {
        var kernel = 3
        var stride = 1
        let inputs, outputs, height, width: Int
        var pad = 1
        var isDepthwise = false
        var groups = 1

        var parameters: ConvolutionParameters {
            ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, groups: isDepthwise ? inputs : groups,
                kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride)
        }

        var geometry: ConvolutionGeometry {
            ConvolutionTests.geometry(parameters, batch: 2, height, width, pads: (pad, pad, pad, pad))
        }
    }

    static let shapes = [
        Shape(inputs: 19, outputs: 21, height: 7, width: 9),
        Shape(inputs: 5, outputs: 17, height: 4, width: 4, pad: 0),
        Shape(inputs: 33, outputs: 3, height: 14, width: 14),
        Shape(inputs: 131, outputs: 35, height: 7, width: 9),
        Shape(inputs: 128, outputs: 16, height: 2, width: 14),
        Shape(stride: 2, inputs: 18, outputs: 20, height: 9, width: 11),
        Shape(stride: 2, inputs: 20, outputs: 50, height: 9, width: 30),
        Shape(stride: 2, inputs: 32, outputs: 133, height: 9, width: 11),
        // Kernels that are transformed as they are used, by few tiles and by many.
        Shape(inputs: 131, outputs: 140, height: 3, width: 6),
        Shape(inputs: 131, outputs: 140, height: 9, width: 10),
        Shape(kernel: 5, stride: 3, inputs: 7, outputs: 40, height: 13, width: 17, pad: 2),
        Shape(kernel: 1, inputs: 33, outputs: 24, height: 5, width: 31, pad: 0),
        Shape(kernel: 1, inputs: 18, outputs: 67, height: 5, width: 31, pad: 0),
        Shape(kernel: 1, inputs: 64, outputs: 96, height: 7, width: 7, pad: 0),
        Shape(kernel: 1, inputs: 96, outputs: 64, height: 2, width: 29, pad: 0),
        Shape(kernel: 1, stride: 2, inputs: 17, outputs: 8, height: 9, width: 9, pad: 0),
        Shape(stride: 2, inputs: 3, outputs: 19, height: 15, width: 23),
        Shape(stride: 2, inputs: 3, outputs: 16, height: 9, width: 57),
        Shape(stride: 2, inputs: 3, outputs: 16, height: 9, width: 57, pad: 0),
        Shape(kernel: 7, inputs: 1, outputs: 5, height: 9, width: 8, pad: 3),
        Shape(inputs: 21, outputs: 21, height: 6, width: 19, isDepthwise: true),
        Shape(stride: 2, inputs: 37, outputs: 37, height: 9, width: 15, isDepthwise: true),
        Shape(kernel: 5, inputs: 5, outputs: 5, height: 7, width: 7, pad: 2, isDepthwise: true),
        Shape(kernel: 7, inputs: 20, outputs: 20, height: 9, width: 11, pad: 3, isDepthwise: true),
        Shape(kernel: 5, stride: 2, inputs: 16, outputs: 16, height: 9, width: 20, pad: 2, isDepthwise: true),
        Shape(inputs: 18, outputs: 18, height: 1, width: 1, isDepthwise: true),
        Shape(inputs: 24, outputs: 24, height: 7, width: 9, groups: 6),
        Shape(stride: 2, inputs: 64, outputs: 96, height: 9, width: 13, groups: 2),
        Shape(kernel: 1, inputs: 36, outputs: 72, height: 5, width: 17, pad: 0, groups: 3),
        Shape(inputs: 16, outputs: 16, height: 5, width: 2, pad: 3, isDepthwise: true),
    ]

    /// What a convolution takes, and what its definition makes of it with ReLU at the end, with the residual
    /// and without.
    private struct Example {
        let input, weights, bias, residual, expected, expectedAlone: [Float]

        init(_ shape: Shape) {
            var generator = SeededGenerator(seed: UInt64(shape.inputs * shape.width))
            let (p, g) = (shape.parameters, shape.geometry)
            input = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
            weights = Support.floats(p.weightCount, &generator)
            bias = Support.floats(p.outputChannels, &generator)
            residual = Support.floats(g.batch * p.outputChannels * g.outputPlane, &generator)
            expected = ConvolutionTests.reference(p, g, input, weights, bias, residual) { max($1, 0) }
            expectedAlone = ConvolutionTests.reference(p, g, input, weights, bias, nil) { max($1, 0) }
        }
    }

    /// Rounded weights are as far from the definition as `PrecisionTests` has them.
    private static func limit(_ precision: Precision) -> Float {
        switch precision {
        case .float32: 5e-6
        case .float16Weights: 2e-3
        case .bfloat16: 2e-2
        case .int8: 9e-2
        }
    }

    @Test(arguments: shapes, Side.allCases)
    func `convolutions over channel blocks`(shape: Shape, side: Side) throws {
        let (example, p, g) = (Example(shape), shape.parameters, shape.geometry)
        let residual = BlockOperatorTests.inBlocks(
            example.residual, batch: 2, p.outputChannels, g.outputPlane)
        let inBlocks = BlockOperatorTests.inBlocks(example.input, batch: 2, p.inputChannels, g.inputPlane)
        // Scratch begins as NaN: what is read of it must have been written.
        for (precision, table) in Precision.allCases.flatMap({ p in Support.tables.map { (p, $0) } }) {
            let readsBlocks = try #require(
                BlockedConvolution(parameters: p, weights: example.weights, bias: nil, precision: precision)
            ).readsBlocks
            let operands = [
                example.weights, example.bias, readsBlocks ? inBlocks : example.input, residual,
            ]
            let found = try Self.run(operands, results: residual.count, side) { operands, output in
                let packed = try #require(
                    BlockedConvolution(
                        parameters: p, weights: operands[0], bias: operands[1], activation: .relu,
                        precision: precision, table: table))
                let count = packed.scratchBytes(for: g, threads: 1) / MemoryLayout<Float>.stride
                let scratch = GuardedBuffer([Float](repeating: .nan, count: max(count, 16)), side: side)
                packed.run(
                    g, input: operands[2], residual: operands[3], output: output, scratch: scratch.base,
                    pool: Support.pools[0])
            }
            let planes = BlockOperatorTests.inPlanes(found, batch: 2, p.outputChannels, g.outputPlane)
            #expect(
                Support.difference(planes, example.expected) < Self.limit(precision),
                "\(precision) \(table.instructionSet)")
        }
    }

    /// Kernels of one channel have a store of their own for it.
    @Test(arguments: shapes.filter(\.isDepthwise), Side.allCases)
    func `depthwise convolutions over channel blocks without a residual`(shape: Shape, side: Side) throws {
        let (example, p, g) = (Example(shape), shape.parameters, shape.geometry)
        let operands = [
            example.weights, example.bias,
            BlockOperatorTests.inBlocks(example.input, batch: 2, p.inputChannels, g.inputPlane),
        ]
        let count = 2 * ChannelBlocks.count(p.outputChannels) * g.outputPlane * ChannelBlocks.width
        for table in Support.tables {
            let found = try Self.run(operands, results: count, side) { operands, output in
                let packed = try #require(
                    BlockedConvolution(
                        parameters: p, weights: operands[0], bias: operands[1], activation: .relu,
                        table: table))
                try #require(packed.readsBlocks && packed.scratchBytes(for: g, threads: 1) == 0)
                packed.run(
                    g, input: operands[2], output: output, scratch: nil, pool: Support.pools[0])
            }
            let planes = BlockOperatorTests.inPlanes(found, batch: 2, p.outputChannels, g.outputPlane)
            #expect(
                Support.difference(planes, example.expectedAlone) < Self.limit(.float32),
                "\(table.instructionSet)")
        }
    }

    @Test(arguments: shapes, Side.allCases)
    func `convolutions over planes`(shape: Shape, side: Side) {
        let (example, g) = (Example(shape), shape.geometry)
        let operands = [example.weights, example.bias, example.input, example.residual]
        for table in Support.tables {
            let found = Self.run(operands, results: example.residual.count, side) { operands, output in
                let packed = PackedConvolution(
                    parameters: shape.parameters, weights: operands[0], bias: operands[1], activation: .relu,
                    table: table)
                let count = packed.scratchBytes(for: g, threads: 1) / MemoryLayout<Float>.stride
                let scratch = GuardedBuffer([Float](repeating: .nan, count: max(count, 16)), side: side)
                packed.run(
                    g, input: operands[2], residual: operands[3], output: output, scratch: scratch.base,
                    pool: Support.pools[0])
            }
            #expect(Support.difference(found, example.expected) < 2e-6, "\(table.instructionSet)")
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 35, 17), (130, 1_561, 5), (7, 48, 32), (16, 35, 90)], Side.allCases)
    func `fully connected layers`(shape: (rows: Int, inputs: Int, outputs: Int), side: Side) {
        let (rows, inputs, outputs) = shape
        var generator = SeededGenerator(seed: UInt64(inputs))
        let operands = [inputs * outputs, outputs, rows * inputs].map { Support.floats($0, &generator) }
        let g = GemmGeometry(m: rows, n: outputs, k: inputs, transposeB: true)
        let expected = MatrixTests.reference(g, operands[2], operands[0]) { operands[1][$1] }
        for (precision, table) in Precision.allCases.flatMap({ p in Support.tables.map { (p, $0) } }) {
            let found = Self.run(operands, results: rows * outputs, side) { operands, output in
                let packed = PackedGemm(
                    inputs: inputs, outputs: outputs, weights: operands[0], transposed: true,
                    bias: operands[1], precision: precision, table: table)
                let scratch = AlignedBuffer(byteCount: packed.scratchBytes(rows: rows, threads: 1))
                packed.run(
                    rows: rows, input: operands[2], output: output, scratch: scratch.base,
                    pool: Support.pools[0])
            }
            #expect(
                Support.difference(found, expected) < Self.limit(precision),
                "\(precision) \(table.instructionSet)")
        }
    }

    @Test(arguments: [(1, 3, 5), (20, 17, 33), (115, 16, 20), (14, 64, 49)], Side.allCases)
    func `products of matrices`(shape: (m: Int, k: Int, n: Int), side: Side) throws {
        let (m, k, n) = shape
        var generator = SeededGenerator(seed: UInt64(m))
        let operands = [m * k, k * n].map { Support.floats($0, &generator) }
        let g = GemmGeometry(m: m, n: n, k: k)
        let expected = MatrixTests.reference(g, operands[0], operands[1]) { _, _ in 0 }
        for table in Support.tables {
            let product = try MatMul([m, k], [k, n], table: table)
            for pool in Support.pools {
                let floats = product.scratchBytes(threads: pool.threads) / MemoryLayout<Float>.stride
                let scratch = GuardedBuffer([Float](repeating: .nan, count: floats), side: side)
                let found = Self.run(operands, results: m * n, side) { operands, output in
                    product.run(
                        a: operands[0], b: operands[1], output: output, scratch: scratch.base, pool: pool)
                }
                #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
            }
        }
    }

    /// Over blocks, over planes and line by line, to the same bits; what fills the last block has no say, and
    /// becomes 0.
    @Test(arguments: [(1, 3), (16, 16), (40, 7), (100, 65)], Side.allCases)
    func `normalisations over channels`(shape: (channels: Int, plane: Int), side: Side) {
        let (channels, plane, batch) = (shape.channels, shape.plane, 2)
        var generator = SeededGenerator(seed: UInt64(channels))
        let planes = Support.floats(batch * channels * plane, &generator, in: 20...30)
        let (scale, shift) = (Support.floats(channels, &generator), Support.floats(channels, &generator))
        let places = Support.places([batch, ChannelBlocks.count(channels), plane, ChannelBlocks.width])
        func at(_ place: [Int]) -> Int? {
            let channel = place[1] * ChannelBlocks.width + place[3]
            return channel < channels ? (place[0] * channels + channel) * plane + place[2] : nil
        }
        let blocks = places.map { place in at(place).map { planes[$0] } ?? 1e30 }
        let lines = Support.places([batch, plane, channels]).map {
            planes[($0[0] * channels + $0[2]) * plane + $0[1]]
        }
        let normalization = ChannelNormalization(scale: scale, shift: shift, epsilon: 1e-3)
        let layer = LayerNormalization(rows: batch * plane, count: channels, epsilon: 1e-3)
        for table in Support.tables {
            let line = Self.run([lines, scale, shift], results: lines.count, side) {
                layer.run(
                    input: $0[0], scale: $0[1], shift: $0[2], output: $1, pool: Support.pools[0],
                    table: table)
            }
            let expected = Support.places([batch, channels, plane]).map {
                line[($0[0] * plane + $0[2]) * channels + $0[1]]
            }
            let inPlanes = Self.run([planes], results: planes.count, side) {
                normalization.run(
                    batch: batch, plane: plane, input: $0[0], output: $1, pool: Support.pools[0],
                    table: table)
            }
            #expect(inPlanes == expected, "\(table.instructionSet)")
            let inBlocks = Self.run([blocks], results: blocks.count, side) {
                normalization.runBlocks(
                    batch: batch, plane: plane, input: $0[0], output: $1, pool: Support.pools[0],
                    table: table)
            }
            #expect(
                zip(places, inBlocks).allSatisfy { place, found in
                    at(place).map { expected[$0] == found } ?? (found == 0)
                }, "\(table.instructionSet)")
        }
    }

    @Test(arguments: [[3, 5], [16, 16], [17, 33], [50, 20], [3, 7, 18], [2, 16, 49]], Side.allCases)
    func `turned matrices`(shape: [Int], side: Side) throws {
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let numbers = (0..<shape.reduce(1, *)).map { Float($0) }
        let permutation = Array(0..<shape.count - 2) + [shape.count - 1, shape.count - 2]
        let copy = try StridedCopy.transpose(shape: shape, permutation: permutation)
        let expected = Support.places(copy.outputShape).map { place in
            let stack = place.count > 2 ? place[0] * rows * columns : 0
            return Float(stack + place[place.count - 1] * columns + place[place.count - 2])
        }
        for table in Support.tables {
            let found = Self.run([numbers], results: numbers.count, side) { operands, output in
                copy.run(
                    input: operands[0], output: output, elementType: .float32, pool: Support.pools[0],
                    table: table)
            }
            #expect(found == expected, "\(table.instructionSet)")
        }
    }

    @Test(arguments: [(1, 1), (5, 7), (16, 16), (21, 33), (40, 3)], Side.allCases)
    func `planes to channel blocks, back, and channels last`(
        shape: (channels: Int, plane: Int), side: Side
    ) {
        let (channels, plane) = shape
        var generator = SeededGenerator(seed: UInt64(channels))
        let planes = Support.floats(2 * channels * plane, &generator)
        let places = Support.places([2, ChannelBlocks.count(channels), plane, ChannelBlocks.width])
        let blocks = places.map {
            let channel = $0[1] * ChannelBlocks.width + $0[3]
            return channel < channels ? planes[($0[0] * channels + channel) * plane + $0[2]] : 0
        }
        let channelsLast = Support.places([2, plane, channels]).map {
            planes[($0[0] * channels + $0[2]) * plane + $0[1]]
        }
        for table in Support.tables {
            let there = Self.run([planes], results: blocks.count, side) {
                ChannelBlocks.blocks(
                    from: $0[0], batch: 2, channels: channels, plane: plane, to: $1, pool: Support.pools[0],
                    table: table)
            }
            #expect(there == blocks, "\(table.instructionSet)")
            let back = Self.run([blocks], results: planes.count, side) {
                ChannelBlocks.planes(
                    from: $0[0], batch: 2, channels: channels, plane: plane, to: $1, pool: Support.pools[0],
                    table: table)
            }
            #expect(back == planes, "\(table.instructionSet)")
            let turned = Self.run([blocks], results: planes.count, side) {
                ChannelBlocks.channelsLast(
                    from: $0[0], batch: 2, of: channels, first: 0, channels: channels, plane: plane, to: $1,
                    table: table)
            }
            #expect(turned == channelsLast, "\(table.instructionSet)")
        }
    }

    @Test(arguments: PoolingTests.geometries, Side.allCases)
    func `the largest of windows over blocks`(g: PoolingGeometry, side: Side) {
        var generator = SeededGenerator(seed: 4)
        let (planeIn, planeOut) = (g.inputHeight * g.inputWidth, g.outputHeight * g.outputWidth)
        let input = Support.floats(g.planes * planeIn, &generator)
        let expected = PoolingTests.windows(g, input).map { $0.values.max() ?? -.infinity }
        var form = g
        form.planes = ChannelBlocks.count(g.planes)
        let blocks = BlockOperatorTests.inBlocks(input, g.planes, planeIn)
        for table in Support.tables {
            let found = Self.run([blocks], results: form.planes * planeOut * ChannelBlocks.width, side) {
                Pooling.maxOfBlocks(form, input: $0[0], output: $1, pool: Support.pools[0], table: table)
            }
            #expect(
                BlockOperatorTests.inPlanes(found, g.planes, planeOut) == expected, "\(table.instructionSet)")
        }
    }

    @Test(arguments: [1, 7, 15, 16, 17, 33, 63, 65, 131], Side.allCases)
    func `functions of one element, scale and shift`(count: Int, side: Side) {
        var generator = SeededGenerator(seed: UInt64(count))
        let x = Support.floats(count, &generator)
        let layer = [Float]([1.5, 0.25, -0.5, 2]).withUnsafeBufferPointer { values in
            func one(_ index: Int) -> UnsafeBufferPointer<Float> { .init(rebasing: values[index...index]) }
            return BatchNormalization(scale: one(0), bias: one(1), mean: one(2), variance: one(3), epsilon: 0)
        }
        for table in Support.tables {
            for (operation, function) in ElementwiseTests.unary {
                let isOfPositives = operation == .log || operation == .sqrt || operation == .reciprocal
                let values = isOfPositives ? x.map { abs($0) + 0.1 } : x
                let found = Self.run([values], results: count, side) {
                    Elementwise.apply(
                        operation, $0[0], $1, count: count, pool: Support.pools[0], table: table)
                }
                let expected = values.map { Float(function(Double($0))) }
                #expect(
                    Support.difference(found, expected) < 1e-6, "\(operation) \(table.instructionSet)")
            }
            let found = Self.run([x], results: count, side) {
                layer.run(
                    batch: 1, planeCount: count, input: $0[0], output: $1, pool: Support.pools[0],
                    table: table)
            }
            let expected = x.map { Float((Double($0) + 0.5) * 1.5 / 2.0.squareRoot() + 0.25) }
            #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
        }
    }

    @Test(arguments: [(1, 16), (3, 48), (5, 112), (2, 528)], Side.allCases)
    func `inner products with rows`(shape: (rows: Int, stride: Int), side: Side) {
        let (rows, stride) = shape
        var generator = SeededGenerator(seed: UInt64(stride))
        let values = Support.floats(rows * stride, &generator)
        let probe = Support.floats(stride, &generator)
        let g = GemmGeometry(m: rows, n: 1, k: stride)
        let expected = MatrixTests.reference(g, values, probe) { _, _ in 0 }
        for table in Support.tables {
            let found = Self.run([values, probe], results: rows, side) {
                table.dotRows($0[0], stride: stride, count: rows, probe: $0[1], output: $1)
            }
            #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
        }
    }
}
