import Kernels
import TestKit
import Testing

/// Narrow weights: products are those of the rounded numbers, on every instruction set, and no threads or
/// neighbours in a batch change them; instruction sets that round a product and a sum at one stroke don't
/// either.
struct PrecisionTests {
    private static let narrow: [Precision] = [.float16Weights, .bfloat16]

    /// Those that round each number by itself; `WholeNumberTests` has the other.
    private static let single: [Precision] = [.float32, .float16Weights, .bfloat16]

    /// The nearest number of the precision, ties to even.
    private static func rounded(_ x: Float, _ precision: Precision) -> Float {
        switch precision {
        case .float32, .int8: return x
        case .float16Weights: return Float(Float16(x))
        case .bfloat16: return Support.bfloat16(x)
        }
    }

    private static func rounded(_ values: [Float], _ precision: Precision) -> [Float] {
        values.map { rounded($0, precision) }
    }

    /// Inputs are rounded in bf16 alone.
    private static func roundedInput(_ values: [Float], _ precision: Precision) -> [Float] {
        precision == .bfloat16 ? rounded(values, precision) : values
    }

    private static func packed(
        _ p: ConvolutionParameters, _ weights: [Float], bias: [Float]? = nil, border: [Float]? = nil,
        _ precision: Precision, _ table: KernelTable = .current
    ) throws -> BlockedConvolution {
        try #require(
            BlockedConvolution(
                parameters: p, weights: weights, bias: bias, border: border, precision: precision,
                pool: Support.pools[1], table: table))
    }

    /// Kernel, stride, dilation, channels in and out, height, width: every remainder of blocks, lanes and
    /// groups.
    @Test(arguments: [
        (1, 1, 1, 5, 3, 9, 7), (1, 2, 1, 33, 40, 12, 11), (3, 2, 1, 20, 18, 15, 14), (3, 2, 1, 16, 16, 7, 7),
        (2, 1, 2, 17, 5, 10, 30), (5, 3, 1, 6, 31, 23, 19), (1, 1, 1, 64, 16, 40, 70),
    ])
    func `convolutions multiply the rounded numbers`(
        kernel: Int, stride: Int, dilation: Int, inputs: Int, outputs: Int, height: Int, width: Int
    ) throws {
        var generator = SeededGenerator(seed: UInt64(kernel * 100 + width))
        let p = ConvolutionParameters(
            inputChannels: inputs, outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel,
            strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation)
        let pads = kernel == 1 ? (0, 0, 0, 0) : (1, 2, 0, 1)
        let g = BlockedConvolutionTests.geometry(p, batch: 2, height, width, pads: pads)
        let input = Support.floats(g.batch * inputs * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let bias = Support.floats(outputs, &generator)
        let residual = Support.floats(g.batch * outputs * g.outputPlane, &generator)
        for precision in Self.narrow {
            let expected = ConvolutionTests.reference(
                p, g, Self.roundedInput(input, precision), Self.rounded(weights, precision), bias, residual
            ) { max($1, 0) }
            for table in Support.tables {
                let linear = try Self.packed(p, weights, bias: bias, precision, table)
                let usesMatrices = precision == .bfloat16 && table.multipliesMatrices
                #expect(linear.algorithm == (usesMatrices ? .implicitGemm : .gathered))
                let packed = linear.with(activation: .relu)
                for pool in Support.pools {
                    let found = BlockedConvolutionTests.run(packed, g, input, residual, pool)
                    #expect(
                        Support.difference(found, expected) < 2e-6, "\(precision) \(table.instructionSet)")
                }
            }
        }
    }

    /// The transformed numbers are rounded, which no short definition has: the error stays in its bounds, and
    /// so does the difference between instruction sets, which is that of the order of sums.
    @Test(arguments: [(1, 1), (7, 7), (14, 14), (9, 33), (6, 11)])
    func `Winograd's error is that of its precision`(height: Int, width: Int) throws {
        var generator = SeededGenerator(seed: UInt64(height))
        let p = ConvolutionParameters(inputChannels: 37, outputChannels: 19, kernelHeight: 3, kernelWidth: 3)
        let g = BlockedConvolutionTests.geometry(p, batch: 3, height, width, pads: (1, 1, 1, 1))
        let input = Support.floats(g.batch * 37 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let expected = ConvolutionTests.reference(p, g, input, weights, nil, nil) { $1 }
        for (precision, limit, least) in [
            (Precision.float16Weights, Float(2e-3), Float(1e-6)), (.bfloat16, 2e-2, 1e-5),
        ] {
            var first: [Float]?
            for table in Support.tables where precision != .bfloat16 || !table.multipliesMatrices {
                let packed = try Self.packed(p, weights, precision, table)
                #expect(packed.algorithm == .winograd)
                let runs = Support.pools.map { BlockedConvolutionTests.run(packed, g, input, nil, $0) }
                #expect(runs[0] == runs[1])
                let error = Support.difference(runs[0], expected)
                #expect(error < limit && error > least, "\(precision) \(table.instructionSet) \(error)")
                // A product that is rounded before it is summed lets a rounding to bfloat16 fall the other
                // way, by a unit of its eight bits.
                let other = Support.difference(runs[0], first ?? runs[0])
                #expect(other < (precision == .bfloat16 ? 0x1p-8 : 2e-6), "\(table.instructionSet) \(other)")
                first = first ?? runs[0]
            }
        }
    }

    @Test(arguments: Precision.allCases) func `an image of a batch gives the bits that it gives alone`(
        precision: Precision
    ) throws {
        var generator = SeededGenerator(seed: 5)
        for (kernel, side, outputs) in [(3, 14, 20), (3, 7, 350), (1, 9, 20)] {
            let p = ConvolutionParameters(
                inputChannels: 35, outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel)
            let pads = (kernel / 2, kernel / 2, kernel / 2, kernel / 2)
            let (one, many) = (
                BlockedConvolutionTests.geometry(p, side, side, pads: pads),
                BlockedConvolutionTests.geometry(p, batch: 5, side, side, pads: pads)
            )
            let input = Support.floats(5 * 35 * one.inputPlane, &generator)
            let packed = try Self.packed(p, Support.floats(p.weightCount, &generator), precision)
            let together = BlockedConvolutionTests.run(packed, many, input, nil, Support.pools[1])
            let (taken, made) = (35 * one.inputPlane, outputs * one.outputPlane)
            for image in 0..<5 {
                let alone = BlockedConvolutionTests.run(
                    packed, one, Array(input[image * taken..<(image + 1) * taken]), nil, Support.pools[0])
                #expect(alone == Array(together[image * made..<(image + 1) * made]), "\(kernel) \(side)")
            }
        }
    }

    @Test func `a border stands outside the input`() throws {
        var generator = SeededGenerator(seed: 6)
        let p = ConvolutionParameters(
            inputChannels: 18, outputChannels: 17, kernelHeight: 3, kernelWidth: 3, strideHeight: 2,
            strideWidth: 2)
        let g = BlockedConvolutionTests.geometry(p, 7, 9, pads: (1, 1, 1, 1))
        let input = Support.floats(18 * g.inputPlane, &generator)
        let weights = Self.rounded(Support.floats(p.weightCount, &generator), .float16Weights)
        let border = Support.floats(18, &generator)
        // The direct kernels, checked elsewhere, on the same rounded weights.
        let direct = try Self.packed(p, weights, border: border, .float32)
        let gathered = try Self.packed(p, weights, border: border, .float16Weights)
        #expect(direct.algorithm == .direct && gathered.algorithm == .gathered)
        let runs = [direct, gathered].map { BlockedConvolutionTests.run($0, g, input, nil, Support.pools[1]) }
        #expect(Support.difference(runs[1], runs[0]) < 2e-6)
    }

    /// A network makes 1 % of a single rounding to bfloat16 that falls the other way, so that it must not
    /// depend on the CPU; products of matrices are a kind of their own.
    @Test(arguments: Precision.allCases, [(1, 9), (3, 14), (3, 7), (2, 6)])
    func `instruction sets that fuse products give the same bits`(
        precision: Precision, _ shape: (kernel: Int, side: Int)
    ) throws {
        var generator = SeededGenerator(seed: 12)
        // Winograd's kernels of 133 by 140 channels are transformed as they are used, those of fewer at load.
        let outputs = shape.side == 14 ? 140 : 37
        let p = ConvolutionParameters(
            inputChannels: 133, outputChannels: outputs, kernelHeight: shape.kernel, kernelWidth: shape.kernel
        )
        let pad = shape.kernel / 2
        let g = BlockedConvolutionTests.geometry(p, shape.side, shape.side, pads: (pad, pad, pad, pad))
        let input = Support.floats(133 * g.inputPlane, &generator)
        let weights = Support.floats(p.weightCount, &generator)
        let matrix = Support.floats(133 * 21, &generator)
        var convolutions: [[Float]] = []
        var products: [[Float]] = []
        for table in Support.tables
        where table.fusesProducts && (precision != .bfloat16 || !table.multipliesMatrices) {
            let packed = try Self.packed(p, weights, precision, table)
            convolutions.append(BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[1]))
            let gemm = PackedGemm(
                inputs: 133, outputs: 21, weights: matrix, transposed: true, bias: nil, precision: precision,
                table: table)
            products.append(MatrixTests.run(gemm, rows: 3, Array(input.prefix(3 * 133)), Support.pools[0]))
        }
        #expect(Set(convolutions).count <= 1 && Set(products).count <= 1)
    }

    @Test func `contracts tell precisions apart, and what rounds inputs without fused products`() {
        for table in Support.tables {
            #if arch(x86_64)
                #expect(table.fusesProducts == (table.instructionSet != .portable))
            #endif
            #expect(Precision.float32.contractName(table: table) == nil)
            #expect(Precision.float16Weights.contractName(table: table) == "fp16-weights")
            let fused = table.multipliesMatrices ? "bf16-amx" : "bf16"
            #expect(
                Precision.bfloat16.contractName(table: table)
                    == (table.fusesProducts ? fused : "bf16-unfused"))
            #expect(
                Precision.int8.contractName(table: table)
                    == (table.fusesProducts ? "int8" : "int8-unfused"))
        }
    }

    /// Scaled back afterwards, a channel of tiny weights is as good as any: the error is that of the
    /// precision.
    @Test(arguments: [1, 3], [Float(1e-3), 1e-4, 1e-6, 1e-9, 1e-30])
    func `blocks of weights that underflow float16 stay float32`(kernel: Int, scale: Float) throws {
        var generator = SeededGenerator(seed: 11)
        let p = ConvolutionParameters(
            inputChannels: 19, outputChannels: 40, kernelHeight: kernel, kernelWidth: kernel)
        let pad = kernel / 2
        let g = BlockedConvolutionTests.geometry(p, 8, 8, pads: (pad, pad, pad, pad))
        let input = Support.floats(19 * g.inputPlane, &generator)
        var weights = Support.floats(p.weightCount, &generator)
        // One channel in the first block, all of the last.
        let run = 19 * kernel * kernel
        let tiny = [5] + Array(32..<40)
        for channel in tiny { for at in channel * run..<(channel + 1) * run { weights[at] *= scale } }
        let expected = ConvolutionTests.reference(p, g, input, weights, nil, nil) { $1 }
        for table in Support.tables {
            let packed = try Self.packed(p, weights, .float16Weights, table)
            let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[1])
            for channel in 0..<40 {
                let at = channel * g.outputPlane..<(channel + 1) * g.outputPlane
                let unit = tiny.contains(channel) ? scale : 1
                let difference = Support.difference(
                    found[at].map { $0 / unit }, expected[at].map { $0 / unit })
                #expect(difference < 5e-3, "\(channel) \(table.instructionSet)")
            }
        }
        let gemm = PackedGemm(
            inputs: 19, outputs: 40, weights: weights.map { $0 * scale }, transposed: true, bias: nil,
            precision: .float16Weights)
        let g1 = GemmGeometry(m: 1, n: 40, k: 19, transposeB: true)
        let row = Array(input.prefix(19))
        let sums = MatrixTests.reference(g1, row, weights.map { $0 * scale }) { _, _ in 0 }
        let made = MatrixTests.run(gemm, rows: 1, row, Support.pools[0])
        #expect(Support.difference(made.map { $0 / scale }, sums.map { $0 / scale }) < 2e-3)
    }

    @Test(arguments: [1, 3]) func `blocks of weights that overflow float16 stay float32`(kernel: Int) throws {
        var generator = SeededGenerator(seed: 7)
        let p = ConvolutionParameters(
            inputChannels: 9, outputChannels: 40, kernelHeight: kernel, kernelWidth: kernel)
        let g = BlockedConvolutionTests.geometry(
            p, 8, 8, pads: (kernel / 2, kernel / 2, kernel / 2, kernel / 2))
        let input = Support.floats(9 * g.inputPlane, &generator)
        var weights = Support.floats(p.weightCount, &generator)
        weights[weights.count - 1] = 1e6
        let packed = try Self.packed(p, weights, .float16Weights)
        let expected = ConvolutionTests.reference(p, g, input, weights, nil, nil) { $1 }
        let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[1])
        #expect(found.last.map(\.isFinite) == true && Support.difference(found, expected) < 2e-3)
        // The largest one decides the scale above; the channels beside it are exact, those of other blocks
        // rounded.
        let (first, last) = (32 * g.outputPlane, 39 * g.outputPlane)
        #expect(Support.difference(Array(found[first..<last]), Array(expected[first..<last])) < 5e-6)
        let rounded = Support.difference(Array(found[..<first]), Array(expected[..<first]))
        #expect(rounded < 5e-3 && rounded > 1e-6)
    }

    @Test func `tiny and subnormal weights are rounded like any other`() throws {
        let weights: [Float] = [
            6e-8, -3e-8, 1e-5, -6.1e-5, 6.1035e-5, 2.9802322e-8, 8.9e-8, 0, 65504, -1.00048828125,
        ]
        let p = ConvolutionParameters(
            inputChannels: 10, outputChannels: 1, kernelHeight: 1, kernelWidth: 1)
        for table in Support.tables {
            let packed = try Self.packed(p, weights, .float16Weights, table)
            for (index, weight) in weights.enumerated() {
                var input = [Float](repeating: 0, count: 10)
                input[index] = 1
                let g = BlockedConvolutionTests.geometry(p, 1, 1, pads: (0, 0, 0, 0))
                let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
                #expect(found == [Float(Float16(weight))], "\(weight) \(table.instructionSet)")
            }
        }
    }

    @Test(arguments: [1, 2, 9, 130], single)
    func `fully connected layers multiply the rounded numbers`(rows: Int, precision: Precision) {
        var generator = SeededGenerator(seed: 8)
        let (inputs, outputs) = (1_635, 21)
        let input = Support.floats(rows * inputs, &generator)
        let weights = Support.floats(inputs * outputs, &generator)
        let bias = Support.floats(outputs, &generator)
        let g = GemmGeometry(m: rows, n: outputs, k: inputs, transposeB: true)
        let expected = MatrixTests.reference(
            g, Self.roundedInput(input, precision), Self.rounded(weights, precision)
        ) { bias[$1] }
        for table in Support.tables {
            let packed = PackedGemm(
                inputs: inputs, outputs: outputs, weights: weights, transposed: true, bias: bias,
                precision: precision, pool: Support.pools[1], table: table)
            for pool in Support.pools {
                let found = MatrixTests.run(packed, rows: rows, input, pool)
                #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
            }
        }
    }
}
