/// ONNX `ConvTranspose` over images in planes: each element times a kernel, added up where kernels meet.
///
/// A matrix product makes all products of some rows of some output channels, which then go to their places.
/// The order of an output's sum follows from the sizes alone, so threads change no bit.
package struct TransposedConvolution: Sendable {
    /// Rows or columns.
    package struct Axis: Sendable, Hashable {
        package var input, output, kernel, stride, dilation: Int
        /// Outputs that are left out before the first.
        package var pad: Int

        package init(input: Int, output: Int, kernel: Int, stride: Int, dilation: Int, pad: Int) {
            (self.input, self.output, self.kernel) = (input, output, kernel)
            (self.stride, self.dilation, self.pad) = (stride, dilation, pad)
        }

        /// Where input 0 puts the product with a tap.
        func offset(_ tap: Int) -> Int { tap * dilation - pad }

        /// Inputs whose product with a tap is in the output.
        func inputs(_ tap: Int) -> Range<Int> {
            let offset = offset(tap)
            let first = offset < 0 ? (-offset + stride - 1) / stride : 0
            let end = offset < output ? (output - 1 - offset) / stride + 1 : 0
            return first..<max(first, min(input, end))
        }
    }

    private let batch, groups, inputs, outputs: Int
    private let rows, columns: Axis
    /// Output channels and input rows whose products are made at once.
    private let channelsAtOnce, rowsAtOnce: Int

    /// Floats of products that stay in the second cache.
    private static let productsAtOnce = 1 << 18

    /// `inputs` and `outputs` are channels of a group. Traps where one is 0.
    package init(batch: Int, groups: Int, inputs: Int, outputs: Int, rows: Axis, columns: Axis) {
        precondition(inputs > 0 && outputs > 0 && groups > 0, "\(groups) groups of \(inputs) to \(outputs)")
        (self.batch, self.groups, self.inputs, self.outputs) = (batch, groups, inputs, outputs)
        (self.rows, self.columns) = (rows, columns)
        let room = TransposedConvolution.productsAtOnce
        let row = max(product(rows.kernel, columns.kernel, columns.input), 1)
        rowsAtOnce = max(1, min(rows.input, room / row))
        channelsAtOnce = max(1, min(outputs, room / product(row, rowsAtOnce)))
    }

    /// Multiplications and additions of a run.
    package var operations: Int {
        product(2, batch, groups, inputs, outputs, rows.kernel, columns.kernel, rows.input, columns.input)
    }

    /// Bytes that `run` needs on a pool of so many threads; `Int.max` where that is more than can be counted.
    package func scratchBytes(threads: Int) -> Int {
        product(
            channelsAtOnce, rows.kernel, columns.kernel, rowsAtOnce, columns.input, max(threads, 1),
            MemoryLayout<Float>.stride)
    }

    /// `weights`: `[groups * inputs, outputs, rows, columns]`. All are apart from the output.
    package func run(
        input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer, pool: WorkerPool
    ) {
        let blocks = (outputs + channelsAtOnce - 1) / channelsAtOnce
        let taps = rows.kernel * columns.kernel
        let productCount = channelsAtOnce * taps * rowsAtOnce * columns.input
        let (plane, outputPlane) = (rows.input * columns.input, rows.output * columns.output)
        pool.run(batch * groups * blocks) { index, worker in
            let (part, block) = (index / blocks, index % blocks)
            let group = part % groups
            let channels = block * channelsAtOnce..<min(outputs, (block + 1) * channelsAtOnce)
            let products = scratch.assumingMemoryBound(to: Float.self) + worker * productCount
            let target = output + (part * outputs + channels.lowerBound) * outputPlane
            for channel in 0..<channels.count {
                (target + channel * outputPlane).update(
                    repeating: bias?[group * outputs + channels.lowerBound + channel] ?? 0,
                    count: outputPlane)
            }
            for first in stride(from: 0, to: rows.input, by: rowsAtOnce) {
                let count = min(rowsAtOnce, rows.input - first)
                BLAS.gemm(
                    transposeA: true, m: channels.count * taps, n: count * columns.input, k: inputs,
                    a: weights + (group * inputs * outputs + channels.lowerBound) * taps,
                    lda: outputs * taps, b: input + part * inputs * plane + first * columns.input,
                    ldb: plane, c: products, ldc: count * columns.input)
                for channel in 0..<channels.count {
                    place(
                        products + channel * taps * count * columns.input, first..<first + count,
                        target + channel * outputPlane)
                }
            }
        }
    }

    /// Adds the products of one channel to where they belong.
    private func place(
        _ products: UnsafePointer<Float>, _ lines: Range<Int>, _ output: UnsafeMutablePointer<Float>
    ) {
        for tap in 0..<rows.kernel * columns.kernel {
            let (down, across) = (tap / columns.kernel, tap % columns.kernel)
            let (taken, offset) = (columns.inputs(across), columns.offset(across))
            for line in rows.inputs(down).clamped(to: lines) {
                let from = products + (tap * lines.count + line - lines.lowerBound) * columns.input
                let to = output + (line * rows.stride + rows.offset(down)) * columns.output
                if columns.stride == 1 {
                    for index in taken { to[index + offset] += from[index] }
                } else {
                    for index in taken { to[index * columns.stride + offset] += from[index] }
                }
            }
        }
    }
}
