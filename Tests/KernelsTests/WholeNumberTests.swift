import Kernels
import TestKit
import Testing

/// int8: sums are those of whole numbers, to the last bit, on every instruction set; what is infinite or NaN
/// stays in its row, and neither threads nor neighbours in a batch change a bit.
struct WholeNumberTests {
    /// Numbers with their scale, as docs/engine.md has them.
    private struct Row {
        let scale: Float
        let numbers: [Int]

        init(_ values: [Float], fused: Bool) {
            let largest = values.map(\.magnitude).reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
            guard largest.isFinite, largest >= 0x1p-100 else {
                scale = largest.isFinite ? 0 : .nan
                numbers = values.map { _ in 0 }
                return
            }
            scale = largest / 127
            let (inverse, rounder) = (127 / largest, Float(0x1.8p23))
            numbers = values.map {
                Int((fused ? rounder.addingProduct($0, inverse) : $0 * inverse + rounder) - rounder)
            }
        }

        /// The sum of products as a kernel gives it out.
        func product(with weights: Row) -> Float {
            let sum = zip(numbers, weights.numbers).reduce(0) { $0 + $1.0 * $1.1 }
            return Float(sum) * weights.scale * scale
        }
    }

    private static func packed(
        _ p: ConvolutionParameters, _ weights: [Float], bias: [Float]? = nil, border: [Float]? = nil,
        _ table: KernelTable = .current
    ) throws -> BlockedConvolution {
        try #require(
            BlockedConvolution(
                parameters: p, weights: weights, bias: bias, border: border, precision: .int8,
                pool: Support.pools[1], table: table))
    }

    /// What every output position reads, of all channels and taps.
    private static func windows(
        _ p: ConvolutionParameters, _ g: ConvolutionGeometry, _ input: [Float], border: [Float]?
    ) -> [[Float]] {
        Support.places([g.batch, g.outputHeight, g.outputWidth]).map { place in
            Support.places([p.inputChannels, p.kernelHeight, p.kernelWidth]).map { tap in
                let y = place[1] * p.strideHeight + tap[1] * p.dilationHeight - g.padTop
                let x = place[2] * p.strideWidth + tap[2] * p.dilationWidth - g.padLeft
                guard 0..<g.inputHeight ~= y, 0..<g.inputWidth ~= x else { return border?[tap[0]] ?? 0 }
                return input[((place[0] * p.inputChannels + tap[0]) * g.inputHeight + y) * g.inputWidth + x]
            }
        }
    }

    private static func expected(
        _ p: ConvolutionParameters, _ g: ConvolutionGeometry, _ input: [Float], _ weights: [Float],
        _ bias: [Float], border: [Float]? = nil, fused: Bool
    ) -> [Float] {
        let rows = windows(p, g, input, border: border).map { Row($0, fused: fused) }
        let depth = weights.count / p.outputChannels
        let channels = (0..<p.outputChannels).map {
            Row(Array(weights[$0 * depth..<($0 + 1) * depth]), fused: fused)
        }
        return Support.places([g.batch, p.outputChannels, g.outputPlane]).map { place in
            rows[place[0] * g.outputPlane + place[2]].product(with: channels[place[1]]) + bias[place[1]]
        }
    }

    /// Kernel, stride, dilation, channels in and out, height, width: every remainder of blocks, lanes, groups
    /// and parts.
    @Test(arguments: [
        (1, 1, 1, 5, 3, 9, 7), (1, 2, 1, 33, 40, 12, 11), (3, 2, 1, 20, 18, 15, 14), (3, 2, 1, 16, 48, 7, 7),
        (2, 1, 2, 17, 5, 10, 30), (5, 3, 1, 6, 31, 23, 19), (1, 1, 1, 64, 16, 40, 70),
        (1, 1, 1, 70, 67, 5, 31),
        (3, 2, 1, 150, 33, 5, 6), (1, 1, 1, 2_100, 5, 3, 5),
    ])
    func `convolutions are sums of whole numbers, exactly`(
        kernel: Int, stride: Int, dilation: Int, inputs: Int, outputs: Int, height: Int, width: Int
    ) throws {
        let p = ConvolutionParameters(
            inputChannels: inputs, outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel,
            strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation)
        let pads = kernel == 1 ? (0, 0, 0, 0) : (1, 2, 0, 1)
        try Self.check(p, BlockedConvolutionTests.geometry(p, batch: 2, height, width, pads: pads))
    }

    /// Padded at the end alone, a strided convolution of single pixels can have an output of the input's
    /// size.
    @Test(arguments: [(0, 2, 2), (1, 1, 1), (0, 0, 1)])
    func `single pixels with a border are sums of whole numbers, exactly`(
        before: Int, after: Int, stride: Int
    ) throws {
        let p = ConvolutionParameters(
            inputChannels: 20, outputChannels: 24, kernelHeight: 1, kernelWidth: 1, strideHeight: stride,
            strideWidth: stride)
        try Self.check(
            p, BlockedConvolutionTests.geometry(p, batch: 2, 3, 3, pads: (before, before, after, after)))
    }

    private static func check(_ p: ConvolutionParameters, _ g: ConvolutionGeometry) throws {
        var generator = SeededGenerator(seed: UInt64(p.kernelWidth * 100 + g.inputWidth))
        let input = Support.floats(g.batch * p.inputChannels * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let bias = Support.floats(p.outputChannels, &generator)
        let border = Support.floats(p.inputChannels, &generator)
        for table in Support.tables {
            let packed = try packed(p, weights, bias: bias, border: border, table)
            #expect(packed.algorithm == .gathered)
            let expected = expected(
                p, g, input, weights, bias, border: border, fused: table.fusesProducts)
            for pool in Support.pools {
                let found = BlockedConvolutionTests.run(packed, g, input, nil, pool)
                #expect(found == expected, "\(table.instructionSet)")
            }
        }
    }

    /// The largest sums there are, of either sign: 127 * 127 a product.
    @Test(arguments: [16, 1_024, 1_040, 20_000])
    func `the largest sums are exact`(inputs: Int) throws {
        let p = ConvolutionParameters(
            inputChannels: inputs, outputChannels: 2, kernelHeight: 1, kernelWidth: 1)
        let g = BlockedConvolutionTests.geometry(p, 1, 1, pads: (0, 0, 0, 0))
        let weights = (0..<2 * inputs).map { $0 < inputs ? Float(127) : -127 }
        let sum = Float(inputs * 127 * 127)
        for table in Support.tables {
            let packed = try Self.packed(p, weights, table)
            for sign in [Float(1), -1] {
                let input = [Float](repeating: sign * 127, count: inputs)
                let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
                #expect(found == [sign * sum, -sign * sum], "\(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [1, 2, 9, 130]) func `fully connected layers are sums of whole numbers, chunk by chunk`(
        rows: Int
    ) {
        var generator = SeededGenerator(seed: 8)
        let (inputs, outputs, chunk) = (1_635, 21, 1_536)
        let input = Support.floats(rows * inputs, &generator)
        let weights = Support.floats(inputs * outputs, &generator)
        let bias = Support.floats(outputs, &generator)
        func parts(_ values: [Float], _ row: Int, fused: Bool) -> [Row] {
            let row = Array(values[row * inputs..<(row + 1) * inputs])
            return [
                Row(Array(row.prefix(chunk)), fused: fused), Row(Array(row.dropFirst(chunk)), fused: fused),
            ]
        }
        for table in Support.tables {
            let fused = table.fusesProducts
            let ofOutputs = (0..<outputs).map { parts(weights, $0, fused: fused) }
            let expected = (0..<rows).flatMap { row in
                let ofRow = parts(input, row, fused: fused)
                return (0..<outputs).map { output in
                    zip(ofRow, ofOutputs[output]).reduce(bias[output]) { $0 + $1.0.product(with: $1.1) }
                }
            }
            let packed = PackedGemm(
                inputs: inputs, outputs: outputs, weights: weights, transposed: true, bias: bias,
                precision: .int8, pool: Support.pools[1], table: table)
            for pool in Support.pools {
                #expect(
                    MatrixTests.run(packed, rows: rows, input, pool) == expected, "\(table.instructionSet)")
            }
        }
    }

    /// Points of tiles have a scale each, which no short definition has: the error of such noise is 7e-2
    /// in double, too.
    @Test(arguments: [(1, 1), (7, 7), (14, 14), (9, 33), (6, 11)])
    func `Winograd's error is that of whole numbers`(height: Int, width: Int) throws {
        var generator = SeededGenerator(seed: UInt64(height))
        let p = ConvolutionParameters(inputChannels: 133, outputChannels: 37, kernelHeight: 3, kernelWidth: 3)
        let g = BlockedConvolutionTests.geometry(p, batch: 3, height, width, pads: (1, 1, 1, 1))
        let input = Support.floats(3 * 133 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let expected = ConvolutionTests.reference(p, g, input, weights, nil, nil) { $1 }
        var fused: [[Float]] = []
        for table in Support.tables {
            let packed = try Self.packed(p, weights, table)
            #expect(packed.algorithm == .winograd)
            let runs = Support.pools.map { BlockedConvolutionTests.run(packed, g, input, nil, $0) }
            #expect(runs[0] == runs[1])
            let error = Support.difference(runs[0], expected)
            #expect(error < 9e-2 && error > 1e-4, "\(table.instructionSet) \(error)")
            if table.fusesProducts { fused.append(runs[0]) }
        }
        #expect(Set(fused).count <= 1)
    }

    @Test func `an image of a batch gives the bits that it gives alone, by Winograd too`() throws {
        var generator = SeededGenerator(seed: 5)
        for (kernel, side) in [(3, 14), (3, 7), (1, 9)] {
            let p = ConvolutionParameters(
                inputChannels: 130, outputChannels: 20, kernelHeight: kernel, kernelWidth: kernel)
            let pads = (kernel / 2, kernel / 2, kernel / 2, kernel / 2)
            let (one, many) = (
                BlockedConvolutionTests.geometry(p, side, side, pads: pads),
                BlockedConvolutionTests.geometry(p, batch: 5, side, side, pads: pads)
            )
            let input = Support.floats(5 * 130 * one.inputPlane, &generator)
            let packed = try Self.packed(p, Support.floats(p.weightCount, &generator))
            let together = BlockedConvolutionTests.run(packed, many, input, nil, Support.pools[1])
            let (taken, made) = (130 * one.inputPlane, 20 * one.outputPlane)
            for image in 0..<5 {
                let alone = BlockedConvolutionTests.run(
                    packed, one, Array(input[image * taken..<(image + 1) * taken]), nil, Support.pools[0])
                #expect(alone == Array(together[image * made..<(image + 1) * made]), "\(kernel) \(side)")
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [1, 3])
    func `what is not finite is NaN in all that is made of it and nowhere else`(
        value: Float, kernel: Int
    ) throws {
        var generator = SeededGenerator(seed: 9)
        let p = ConvolutionParameters(
            inputChannels: 130, outputChannels: 18, kernelHeight: kernel, kernelWidth: kernel)
        let pads = (kernel / 2, kernel / 2, kernel / 2, kernel / 2)
        let g = BlockedConvolutionTests.geometry(p, batch: 2, 8, 8, pads: pads)
        var input = Support.floats(2 * 130 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        for table in Support.tables {
            let packed = try Self.packed(p, weights, table)
            let clean = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
            let place = 57 * g.inputPlane + 9
            let before = input[place]
            input[place] = value
            let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
            input[place] = before
            for index in found.indices {
                let (image, position) = (index / (18 * 64), index % 64)
                let isWithin = abs(position / 8 - 1) <= kernel / 2 && abs(position % 8 - 1) <= kernel / 2
                if image == 0, isWithin {
                    #expect(found[index].isNaN, "\(table.instructionSet) \(index)")
                } else if image == 1 || kernel == 1 {
                    #expect(found[index] == clean[index], "\(table.instructionSet) \(index)")
                }
            }
        }
    }

    /// A scale of its own for each channel and position: no magnitude drowns another.
    @Test(arguments: [1, 3]) func `nothing in gives nothing out, and tiny numbers are as good as any`(
        kernel: Int
    ) throws {
        var generator = SeededGenerator(seed: 10)
        let p = ConvolutionParameters(
            inputChannels: 128, outputChannels: 20, kernelHeight: kernel, kernelWidth: kernel,
            strideHeight: kernel == 1 ? 1 : 2, strideWidth: kernel == 1 ? 1 : 2)
        let g = BlockedConvolutionTests.geometry(p, 7, 7, pads: (0, 0, 0, 0))
        let input = Support.floats(128 * g.inputPlane, &generator)
        let bias = Support.floats(20, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let run = 128 * kernel * kernel
        for table in Support.tables {
            let zeros = [Float](repeating: 0, count: input.count)
            let packed = try Self.packed(p, weights, bias: bias, table)
            let empty = BlockedConvolutionTests.run(packed, g, zeros, nil, Support.pools[0])
            #expect(empty == bias.flatMap { Array(repeating: $0, count: g.outputPlane) })
            let linear = try Self.packed(p, weights, table)
            let found = BlockedConvolutionTests.run(linear, g, input, nil, Support.pools[0])
            // A power of two scales every step.
            let scaled = weights.indices.map { $0 / run == 3 ? weights[$0] * 0x1p-40 : weights[$0] }
            let tiny = BlockedConvolutionTests.run(
                try Self.packed(p, scaled, table), g, input.map { $0 * 0x1p-20 }, nil, Support.pools[0])
            let expected = found.indices.map {
                found[$0] * 0x1p-20 * ($0 / g.outputPlane == 3 ? 0x1p-40 : 1)
            }
            #expect(tiny == expected, "\(table.instructionSet)")
        }
    }

    @Test func `weights that are not finite make NaN of their channel alone`() throws {
        var generator = SeededGenerator(seed: 11)
        let p = ConvolutionParameters(inputChannels: 40, outputChannels: 20, kernelHeight: 1, kernelWidth: 1)
        let g = BlockedConvolutionTests.geometry(p, 5, 5, pads: (0, 0, 0, 0))
        let input = Support.floats(40 * 25, &generator)
        var weights = Support.floats(p.weightCount, &generator)
        weights[7 * 40 + 3] = .infinity
        for table in Support.tables {
            let found = BlockedConvolutionTests.run(
                try Self.packed(p, weights, table), g, input, nil, Support.pools[0])
            #expect(found.indices.allSatisfy { found[$0].isNaN == ($0 / 25 == 7) }, "\(table.instructionSet)")
        }
    }
}
