import Kernels
import TestKit
import Testing

/// Convolutions over bytes: in plain C on every CPU, by instructions where there are such.
struct ByteConvolutionTests {
    /// Plain C, and what this CPU has.
    private static let tables = Support.tables.filter { $0.instructionSet == .portable || $0.multipliesBytes }

    /// A layer over an input that lies on a grid, and the sums of its whole numbers.
    private struct Layer {
        let p: ConvolutionParameters
        let g: ConvolutionGeometry
        let grid: ByteGrid
        let steps: [Float]
        var input, weights: [Float]
        let bias, residual: [Float]
        /// What is added up to each output, as floats that hold it.
        private(set) var sums: [Float]

        init(_ shape: ImplicitGemmTests.Shape, zeroPoint: Int = -37, extreme: Bool = false) throws {
            var generator = SeededGenerator(seed: UInt64(shape.inputs * 1000 + shape.size.width))
            p = shape.parameters
            g = BlockedConvolutionTests.geometry(
                p, batch: shape.batch, shape.size.height, shape.size.width, pads: shape.pads)
            grid = try #require(ByteGrid(scale: 0.0371, zeroPoint: zeroPoint, type: .int8))
            steps = (0..<shape.outputs).map { _ in Float.random(in: 0.001...0.02, using: &generator) }
            let (zero, step) = (grid.zero, grid.step)
            let bytes = (0..<g.batch * shape.inputs * g.inputPlane).map { _ in
                extreme ? 255 - zero : Int.random(in: -zero...255 - zero, using: &generator)
            }
            let numbers = (0..<p.weightCount).map { _ in
                extreme ? -128 : Int.random(in: -128...127, using: &generator)
            }
            input = bytes.map { Float($0) * step }
            weights = []
            for index in numbers.indices {
                weights.append(Float(numbers[index]) * steps[index / (p.weightCount / shape.outputs)])
            }
            bias = Support.floats(shape.outputs, &generator)
            residual = Support.floats(g.batch * shape.outputs * g.outputPlane, &generator)
            sums = []
            sums = exactSums(bytes, numbers)
        }

        private func exactSums(_ bytes: [Int], _ numbers: [Int]) -> [Float] {
            var sums: [Float] = []
            for image in 0..<g.batch {
                for channel in 0..<p.outputChannels {
                    for y in 0..<g.outputHeight {
                        for x in 0..<g.outputWidth {
                            sums.append(Float(exactSum(bytes, numbers, image, channel, y, x)))
                        }
                    }
                }
            }
            return sums
        }

        private func exactSum(
            _ bytes: [Int], _ numbers: [Int], _ image: Int, _ channel: Int, _ y: Int, _ x: Int
        ) -> Int {
            var sum = 0
            for row in 0..<p.kernelHeight {
                let top = y * p.strideHeight - g.padTop + row * p.dilationHeight
                guard top >= 0, top < g.inputHeight else { continue }
                for column in 0..<p.kernelWidth {
                    let left = x * p.strideWidth - g.padLeft + column * p.dilationWidth
                    guard left >= 0, left < g.inputWidth else { continue }
                    for input in 0..<p.inputChannels {
                        let place =
                            ((image * p.inputChannels + input) * g.inputHeight + top) * g.inputWidth + left
                        let weight =
                            ((channel * p.inputChannels + input) * p.kernelHeight + row) * p.kernelWidth
                            + column
                        sum += bytes[place] * numbers[weight]
                    }
                }
            }
            return sum
        }

        /// The sums in their scale, with bias, residual and a ReLU.
        var expected: [Float] {
            sums.indices.map { index in
                let channel = index / g.outputPlane % p.outputChannels
                return max(0, sums[index] * (steps[channel] * grid.step) + bias[channel] + residual[index])
            }
        }

        func packed(
            _ table: KernelTable, border: [Float]? = nil, precision: Precision = .float32
        ) throws -> BlockedConvolution {
            try #require(
                BlockedConvolution(
                    parameters: p, weights: weights, bias: bias, border: border, activation: .relu,
                    precision: precision, bytes: (grid, steps), pool: Support.pools[1], table: table))
        }

        func run(_ table: KernelTable, _ pool: WorkerPool) throws -> [Float] {
            BlockedConvolutionTests.run(try packed(table), g, input, residual, pool)
        }
    }

    /// Those of matrices in bfloat16 whose sums 32 bits hold, and every number of blocks a cell can have.
    private static let shapes =
        ImplicitGemmTests.shapes.filter { $0.inputs <= 70 && $0.size.width < 100 }
        + [48, 64, 80, 150, 200].map {
            ImplicitGemmTests.Shape(
                kernel: (3, 3), inputs: $0, outputs: 35, batch: 2, size: (7, 6), pads: (1, 1, 1, 1))
        }

    @Test(arguments: shapes) func `sums are exact, to the last bit of what ends them`(
        shape: ImplicitGemmTests.Shape
    ) throws {
        let layer = try Layer(shape)
        for table in Self.tables {
            #expect(try layer.packed(table).algorithm == .bytes)
            let runs = try Support.pools.map { try layer.run(table, $0) }
            #expect(runs[0] == layer.expected, "\(table.instructionSet)")
            #expect(runs[0] == runs[1], "\(table.instructionSet)")
        }
    }

    @Test(arguments: [-128, 0, 127]) func `every zero point has its byte`(zeroPoint: Int) throws {
        let layer = try Layer(
            ImplicitGemmTests.Shape(
                kernel: (3, 3), inputs: 40, outputs: 20, size: (5, 9), pads: (1, 1, 1, 1)),
            zeroPoint: zeroPoint)
        for table in Self.tables {
            #expect(try layer.run(table, Support.pools[0]) == layer.expected, "\(table.instructionSet)")
        }
    }

    @Test func `the largest sums there can be do not wrap`() throws {
        let most = try Layer(
            ImplicitGemmTests.Shape(kernel: (1, 1), inputs: 1 << 16, outputs: 3, size: (1, 2)),
            zeroPoint: -128, extreme: true)
        // What is added last may not hide it.
        #expect(most.sums.allSatisfy { $0 == -Float(1 << 16) * 255 * 128 })
        let raw = most.sums.indices.map { index in
            let channel = index / most.g.outputPlane % 3
            return most.sums[index] * (most.steps[channel] * most.grid.step)
        }
        for table in Self.tables {
            let packed = try #require(
                BlockedConvolution(
                    parameters: most.p, weights: most.weights, bias: nil, bytes: (most.grid, most.steps),
                    table: table))
            #expect(packed.algorithm == .bytes)
            #expect(
                BlockedConvolutionTests.run(packed, most.g, most.input, nil, Support.pools[0]) == raw,
                "\(table.instructionSet)")
        }
        let more = try Layer(
            ImplicitGemmTests.Shape(kernel: (1, 1), inputs: (1 << 16) + 1, outputs: 1, size: (1, 1)))
        for table in Self.tables { #expect(try more.packed(table).algorithm != .bytes) }
    }

    @Test func `weights between two steps, other borders and useless scales stay floats`() throws {
        let shape = ImplicitGemmTests.Shape(
            kernel: (3, 3), inputs: 20, outputs: 18, size: (4, 4), pads: (1, 1, 1, 1))
        for table in Self.tables {
            let layer = try Layer(shape)
            #expect(try layer.packed(table).algorithm == .bytes)
            // A normalisation folded into one output channel.
            var scaled = layer
            scaled.weights[17 * 180 + 5] *= 1.0001
            #expect(try scaled.packed(table).algorithm != .bytes)
            scaled.weights[17 * 180 + 5] = 128 * layer.steps[17]
            #expect(try scaled.packed(table).algorithm != .bytes)
            scaled.weights[17 * 180 + 5] = .nan
            #expect(try scaled.packed(table).algorithm != .bytes)
            #expect(try layer.packed(table, border: Array(repeating: 1, count: 20)).algorithm != .bytes)
            for (step, isTaken) in [
                (Float.nan, false), (0, false), (0x1p-110, false), (0x1p110, false), (-0x1p-8, true),
            ] {
                let weights = layer.weights.indices.map { Float($0 % 256 - 128) * step }
                let packed = BlockedConvolution(
                    parameters: layer.p, weights: weights, bias: nil,
                    bytes: (layer.grid, Array(repeating: step, count: 18)), table: table)
                #expect(try (#require(packed).algorithm == .bytes) == isTaken, "\(step)")
            }
        }
        for table in Support.tables
        where !Self.tables.contains(where: { $0.instructionSet == table.instructionSet }) {
            #expect(try Layer(shape).packed(table).algorithm != .bytes, "\(table.instructionSet)")
        }
    }

    @Test func `bytes are taken in every precision`() throws {
        let layer = try Layer(
            ImplicitGemmTests.Shape(
                kernel: (3, 3), inputs: 150, outputs: 20, size: (5, 5), pads: (1, 1, 1, 1)))
        for table in Self.tables {
            for precision in Precision.allCases {
                let packed = try layer.packed(table, precision: precision)
                let found = BlockedConvolutionTests.run(
                    packed, layer.g, layer.input, layer.residual, Support.pools[0])
                #expect(found == layer.expected, "\(table.instructionSet) \(precision)")
            }
        }
    }

    @Test func `what no byte stands for is the least one`() throws {
        var layer = try Layer(
            ImplicitGemmTests.Shape(kernel: (1, 1), inputs: 16, outputs: 16, size: (2, 2)), zeroPoint: 5)
        let least = -Float(layer.grid.zero) * layer.grid.step
        for table in Self.tables {
            for value: Float in [.nan, Float(bitPattern: 0x7FC0_00C8), .infinity, -.infinity] {
                layer.input[6] = least
                let expected = try layer.run(table, Support.pools[0])
                layer.input[6] = value
                #expect(
                    try layer.run(table, Support.pools[0]) == expected, "\(table.instructionSet) \(value)")
            }
        }
    }

    /// Where it is skipped, products of bytes were tested in plain C alone.
    @Test(
        .enabled(
            if: tables.count > 1,
            "SKIPPED LOUDLY: this CPU lacks \(Support.missing.map(\.rawValue).joined(separator: ", "))"))
    func `the best instructions of this CPU are among those tested`() {
        let best = KernelTable.InstructionSet.available.last!
        #expect(Self.tables.contains { $0.instructionSet == best })
    }
}
