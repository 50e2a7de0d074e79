import Kernels
import TestKit
import Testing

/// Products of matrices over windows in place: in plain C on every CPU, by instructions where there are such.
struct ImplicitGemmTests {
    /// Plain C, and AMX where this CPU has it.
    private static let tables = Support.tables.filter {
        $0.instructionSet == .portable || $0.multipliesMatrices
    }

    private static func packed(
        _ p: ConvolutionParameters, _ weights: [Float], bias: [Float]? = nil, border: [Float]? = nil,
        activation: Activation = .none, _ table: KernelTable
    ) throws -> BlockedConvolution {
        let packed = try #require(
            BlockedConvolution(
                parameters: p, weights: weights, bias: bias, border: border, activation: activation,
                precision: .bfloat16, pool: Support.pools[1], table: table, usesMatrices: true))
        #expect(packed.algorithm == .implicitGemm)
        return packed
    }

    private static func rounded(_ values: [Float]) -> [Float] { values.map(Support.bfloat16) }

    struct Shape: CustomTestStringConvertible {
        var kernel: (height: Int, width: Int)
        var stride = (height: 1, width: 1)
        var dilation = (height: 1, width: 1)
        var inputs: Int
        var outputs: Int
        var batch = 1
        var size: (height: Int, width: Int)
        /// Top, left, bottom, right.
        var pads = (0, 0, 0, 0)

        var parameters: ConvolutionParameters {
            ConvolutionParameters(
                inputChannels: inputs, outputChannels: outputs, kernelHeight: kernel.height,
                kernelWidth: kernel.width, strideHeight: stride.height, strideWidth: stride.width,
                dilationHeight: dilation.height, dilationWidth: dilation.width)
        }

        var testDescription: String { "\(kernel) \(stride) \(dilation) \(inputs) \(outputs) \(size) \(pads)" }
    }

    /// Every remainder of blocks, pairs, groups and strips; strides over and under the kernel; borders wider
    /// than it.
    static let shapes = [
        Shape(kernel: (3, 3), inputs: 64, outputs: 64, size: (14, 14), pads: (1, 1, 1, 1)),
        Shape(kernel: (3, 3), inputs: 40, outputs: 33, batch: 3, size: (7, 7), pads: (1, 1, 1, 1)),
        Shape(kernel: (3, 3), inputs: 5, outputs: 3, size: (1, 1), pads: (1, 1, 1, 1)),
        Shape(kernel: (3, 3), inputs: 17, outputs: 48, size: (9, 33), pads: (0, 0, 0, 0)),
        Shape(kernel: (3, 3), inputs: 6, outputs: 7, size: (6, 9), pads: (6, 6, 6, 6)),
        Shape(kernel: (3, 3), inputs: 32, outputs: 16, size: (5, 8), pads: (2, 0, 0, 1)),
        Shape(kernel: (3, 2), stride: (2, 1), inputs: 8, outputs: 4, size: (3, 2), pads: (90, 40, 33, 70)),
        Shape(kernel: (1, 70), stride: (1, 80), inputs: 9, outputs: 5, size: (2, 200)),
        Shape(
            kernel: (3, 3), stride: (2, 2), inputs: 48, outputs: 80, batch: 2, size: (14, 14),
            pads: (1, 1, 1, 1)),
        Shape(kernel: (3, 3), stride: (2, 2), inputs: 20, outputs: 18, size: (15, 13), pads: (0, 0, 1, 1)),
        Shape(kernel: (3, 3), stride: (2, 2), inputs: 33, outputs: 20, size: (8, 12), pads: (1, 1, 0, 0)),
        Shape(kernel: (1, 1), inputs: 70, outputs: 96, batch: 2, size: (9, 11)),
        Shape(kernel: (1, 1), stride: (2, 2), inputs: 64, outputs: 128, size: (28, 28)),
        Shape(kernel: (1, 1), stride: (3, 2), inputs: 33, outputs: 40, size: (12, 11), pads: (1, 1, 1, 1)),
        Shape(kernel: (5, 2), stride: (1, 3), inputs: 6, outputs: 31, size: (23, 19), pads: (2, 1, 3, 0)),
        Shape(
            kernel: (2, 3), stride: (3, 1), dilation: (2, 3), inputs: 17, outputs: 5, size: (20, 30),
            pads: (4, 1, 1, 5)),
        // Several strips: rows of one image, and images of a batch.
        Shape(kernel: (3, 3), inputs: 64, outputs: 20, size: (61, 112), pads: (1, 1, 1, 1)),
        Shape(
            kernel: (3, 3), stride: (2, 2), inputs: 64, outputs: 32, batch: 2, size: (70, 113),
            pads: (1, 1, 1, 1)),
        Shape(kernel: (7, 7), inputs: 512, outputs: 40, batch: 5, size: (7, 7)),
    ]

    /// What a shape takes.
    private struct Operands {
        let p: ConvolutionParameters
        let g: ConvolutionGeometry
        let input, weights, bias, residual: [Float]

        init(_ shape: Shape) {
            var generator = SeededGenerator(seed: UInt64(shape.inputs * 1000 + shape.size.width))
            p = shape.parameters
            g = BlockedConvolutionTests.geometry(
                p, batch: shape.batch, shape.size.height, shape.size.width, pads: shape.pads)
            input = Support.floats(g.batch * shape.inputs * g.inputPlane, &generator)
            weights = Support.floats(p.weightCount, &generator)
            bias = Support.floats(shape.outputs, &generator)
            residual = Support.floats(g.batch * shape.outputs * g.outputPlane, &generator)
        }
    }

    @Test(arguments: shapes) func `sums are those of the rounded numbers`(shape: Shape) throws {
        let o = Operands(shape)
        let expected = ConvolutionTests.reference(
            o.p, o.g, Self.rounded(o.input), Self.rounded(o.weights), o.bias, o.residual
        ) { max($1, 0) }
        for table in Self.tables {
            let packed = try Self.packed(o.p, o.weights, bias: o.bias, activation: .relu, table)
            let runs = Support.pools.map {
                BlockedConvolutionTests.run(packed, o.g, o.input, o.residual, $0)
            }
            #expect(Support.difference(runs[0], expected) < 3e-6, "\(table.instructionSet)")
            #expect(runs[0] == runs[1], "\(table.instructionSet)")
        }
    }

    /// One order of sums, whatever makes them. Where it is skipped, no kernels of the sets that it names were
    /// tested.
    @Test(
        .enabled(
            if: tables.count == 2,
            "SKIPPED LOUDLY: this CPU lacks \(Support.missing.map(\.rawValue).joined(separator: ", "))"),
        arguments: shapes)
    func `instructions for matrices give the bits of plain C`(shape: Shape) throws {
        let o = Operands(shape)
        let runs = try Self.tables.map {
            BlockedConvolutionTests.run(
                try Self.packed(o.p, o.weights, $0), o.g, o.input, nil, Support.pools[0])
        }
        #expect(runs[0] == runs[1])
    }

    @Test func `an image of a batch gives the bits that it gives alone`() throws {
        var generator = SeededGenerator(seed: 5)
        for shape in Self.shapes where shape.batch > 1 {
            let p = shape.parameters
            let (one, many) = (
                BlockedConvolutionTests.geometry(p, shape.size.height, shape.size.width, pads: shape.pads),
                BlockedConvolutionTests.geometry(
                    p, batch: shape.batch, shape.size.height, shape.size.width, pads: shape.pads)
            )
            let taken = shape.inputs * one.inputPlane
            let made = shape.outputs * one.outputPlane
            let input = Support.floats(shape.batch * taken, &generator)
            let packed = try Self.packed(p, Support.floats(p.weightCount, &generator), Self.tables.last!)
            let together = BlockedConvolutionTests.run(packed, many, input, nil, Support.pools[1])
            for image in 0..<shape.batch {
                let alone = BlockedConvolutionTests.run(
                    packed, one, Array(input[image * taken..<(image + 1) * taken]), nil, Support.pools[0])
                #expect(alone == Array(together[image * made..<(image + 1) * made]))
            }
        }
    }

    @Test(arguments: [1, 2]) func `a border stands outside the input`(stride: Int) throws {
        var generator = SeededGenerator(seed: 6)
        for inputs in [18, 32, 40] {
            let p = ConvolutionParameters(
                inputChannels: inputs, outputChannels: 17, kernelHeight: 3, kernelWidth: 3,
                strideHeight: stride,
                strideWidth: stride)
            let g = BlockedConvolutionTests.geometry(p, 7, 9, pads: (1, 1, 1, 1))
            // Numbers that need no rounding: the fp32 kernels, checked elsewhere, take the same.
            let input = Self.rounded(Support.floats(inputs * g.inputPlane, &generator))
            let weights = Self.rounded(Support.floats(p.weightCount, &generator))
            let border = Self.rounded(Support.floats(inputs, &generator))
            let plain = try #require(
                BlockedConvolution(parameters: p, weights: weights, bias: nil, border: border))
            let expected = BlockedConvolutionTests.run(plain, g, input, nil, Support.pools[0])
            for table in Self.tables {
                let packed = try Self.packed(p, weights, border: border, table)
                let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[1])
                #expect(Support.difference(found, expected) < 1e-5, "\(table.instructionSet) \(inputs)")
            }
        }
    }

    @Test func `an infinite input reaches the windows that it is in and no others`() throws {
        var generator = SeededGenerator(seed: 7)
        let p = ConvolutionParameters(inputChannels: 32, outputChannels: 16, kernelHeight: 3, kernelWidth: 3)
        let g = BlockedConvolutionTests.geometry(p, 8, 8, pads: (1, 1, 1, 1))
        var input = Support.floats(32 * g.inputPlane, &generator)
        input[3 * 8 + 7] = .infinity
        for table in Self.tables {
            let packed = try Self.packed(p, Support.floats(p.weightCount, &generator), table)
            let found = BlockedConvolutionTests.run(packed, g, input, nil, Support.pools[0])
            for y in 0..<8 {
                for x in 0..<8 {
                    #expect(found[y * 8 + x].isFinite == !((2...4).contains(y) && x >= 6), "\(y) \(x)")
                }
            }
        }
    }
}
