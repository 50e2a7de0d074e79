import CKernels

/// ONNX `LayerNormalization`: `rows` lines of `count` neighbouring elements, each to mean 0 and variance 1.
package struct LayerNormalization: Sendable {
    package let rows: Int
    package let count: Int
    package let epsilon: Float

    /// Where the numbers that each line was normalised by go; nil where nobody asks.
    package struct Statistics {
        package var mean: UnsafeMutablePointer<Float>?
        package var inverseDeviation: UnsafeMutablePointer<Float>?

        package init(mean: UnsafeMutablePointer<Float>?, inverseDeviation: UnsafeMutablePointer<Float>?) {
            (self.mean, self.inverseDeviation) = (mean, inverseDeviation)
        }
    }

    package init(rows: Int, count: Int, epsilon: Float) {
        (self.rows, self.count, self.epsilon) = (rows, count, epsilon)
    }

    /// `scale` and `shift` have `count` elements; `output` may be the input.
    package func run(
        input: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, statistics: Statistics? = nil, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        guard let line = table.functions.pointee.normalise_line else { return }
        // Threads write rows of their own.
        nonisolated(unsafe) let statistics = statistics
        pool.runRanges(rows, grain: max(1, Broadcast.grain / max(count, 1))) { range in
            var numbers: (Float, Float) = (0, 0)
            for row in range {
                withUnsafeMutableBytes(of: &numbers) { bytes in
                    line(
                        input + row * count, scale, shift, output + row * count, count, epsilon,
                        bytes.baseAddress?.assumingMemoryBound(to: Float.self))
                }
                statistics?.mean?[row] = numbers.0
                statistics?.inverseDeviation?[row] = numbers.1
            }
        }
    }
}
