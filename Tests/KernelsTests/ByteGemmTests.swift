import Kernels
import TestKit
import Testing

/// Fully connected layers over bytes: in plain C on every CPU, by instructions where there are such.
struct ByteGemmTests {
    private static let tables = Support.tables.filter { $0.instructionSet == .portable || $0.multipliesBytes }

    struct Shape: CustomStringConvertible, Sendable {
        let rows, inputs, outputs: Int

        var description: String { "\(rows)x\(inputs) to \(outputs)" }
    }

    /// Groups of rows that are full and not, several of them, cells of one to four blocks, blocks of outputs
    /// that are not whole.
    static let shapes = [
        Shape(rows: 1, inputs: 16, outputs: 1), Shape(rows: 1, inputs: 1600, outputs: 40),
        Shape(rows: 2, inputs: 48, outputs: 33), Shape(rows: 16, inputs: 80, outputs: 16),
        Shape(rows: 17, inputs: 112, outputs: 70), Shape(rows: 130, inputs: 144, outputs: 35),
        Shape(rows: 250, inputs: 64, outputs: 130),
    ]

    /// A layer over rows that lie on a grid.
    private struct Layer {
        let shape: Shape
        let grid: ByteGrid
        let steps, input, bias, residual: [Float]
        /// `[outputs, inputs]`.
        let weights: [Float]
        /// Products of whole numbers, summed up.
        let sums: [Float]

        init(_ shape: Shape) throws {
            var generator = SeededGenerator(seed: UInt64(shape.rows * 1000 + shape.inputs))
            let grid = try #require(ByteGrid(scale: 0.0371, zeroPoint: -37, type: .int8))
            let bytes = (0..<shape.rows * shape.inputs).map { _ in
                Int.random(in: -grid.zero...255 - grid.zero, using: &generator)
            }
            let numbers = (0..<shape.outputs * shape.inputs).map { _ in
                Int.random(in: -128...127, using: &generator)
            }
            let steps = (0..<shape.outputs).map { _ in Float.random(in: 0.001...0.02, using: &generator) }
            (self.shape, self.grid, self.steps) = (shape, grid, steps)
            input = bytes.map { Float($0) * grid.step }
            weights = numbers.indices.map { Float(numbers[$0]) * steps[$0 / shape.inputs] }
            bias = Support.floats(shape.outputs, &generator)
            residual = Support.floats(shape.rows * shape.outputs, &generator)
            sums = (0..<shape.rows * shape.outputs).map { index in
                let (row, output) = (index / shape.outputs, index % shape.outputs)
                return Float(
                    (0..<shape.inputs).reduce(0) {
                        $0 + bytes[row * shape.inputs + $1] * numbers[output * shape.inputs + $1]
                    })
            }
        }

        /// The sums in their scale, with bias, residual and a ReLU.
        var expected: [Float] {
            sums.indices.map { index in
                let output = index % shape.outputs
                return max(0, sums[index] * (steps[output] * grid.step) + bias[output] + residual[index])
            }
        }

        /// The weights as `[inputs, outputs]`.
        var turned: [Float] {
            (0..<weights.count).map {
                weights[$0 % shape.outputs * shape.inputs + $0 / shape.outputs]
            }
        }

        func packed(
            _ table: KernelTable, transposed: Bool = true, alpha: Float = 1, precision: Precision = .float32
        ) -> PackedGemm {
            PackedGemm(
                inputs: shape.inputs, outputs: shape.outputs, weights: transposed ? weights : turned,
                transposed: transposed, alpha: alpha, bias: bias, activation: .relu, precision: precision,
                bytes: (grid, steps), pool: Support.pools[1], table: table)
        }

        func run(_ packed: PackedGemm, _ pool: WorkerPool) -> [Float] {
            var output = [Float](repeating: .nan, count: shape.rows * shape.outputs)
            let scratch = AlignedBuffer(
                byteCount: packed.scratchBytes(rows: shape.rows, threads: pool.threads))
            packed.run(
                rows: shape.rows, input: input, residual: residual, output: &output, scratch: scratch.base,
                pool: pool)
            return output
        }
    }

    @Test(arguments: shapes) func `sums are exact, to the last bit of what ends them`(shape: Shape) throws {
        let layer = try Layer(shape)
        for table in Self.tables {
            for transposed in [true, false] {
                let packed = layer.packed(table, transposed: transposed)
                #expect(packed.multipliesBytes)
                for pool in Support.pools {
                    #expect(layer.run(packed, pool) == layer.expected, "\(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: [Precision.float16Weights, .bfloat16, .int8])
    func `bytes are bytes in every precision`(precision: Precision) throws {
        let layer = try Layer(Shape(rows: 3, inputs: 96, outputs: 20))
        for table in Self.tables {
            let packed = layer.packed(table, precision: precision)
            #expect(layer.run(packed, Support.pools[0]) == layer.expected, "\(table.instructionSet)")
        }
    }

    @Test func `rows of blocks that are not whole, and scaled weights, stay floats`() throws {
        for table in Self.tables {
            let short = try Layer(Shape(rows: 3, inputs: 40, outputs: 20))
            #expect(!short.packed(table).multipliesBytes)
            let whole = try Layer(Shape(rows: 3, inputs: 48, outputs: 20))
            #expect(!whole.packed(table, alpha: 0.5).multipliesBytes)
            for (found, expected) in zip(
                short.run(short.packed(table), Support.pools[0]), short.expected)
            {
                #expect(abs(found - expected) < 1e-3)
            }
        }
    }
}
