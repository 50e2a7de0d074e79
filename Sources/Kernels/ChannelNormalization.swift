import CKernels

/// ONNX `LayerNormalization` over the channels of each pixel, of images in planes or channel blocks: what
/// exporters write as one between two turns, to channels last and back.
package struct ChannelNormalization: Sendable {
    package let channels: Int
    private let epsilon: Float
    /// Of whole blocks, zero past the last channel.
    private let scale: AlignedBuffer
    private let shift: AlignedBuffer

    /// Pixels of a piece of work.
    private static let run = 64

    /// Traps where `scale` and `shift` differ in number.
    package init(scale: [Float], shift: [Float]?, epsilon: Float) {
        precondition(shift == nil || shift?.count == scale.count, "\(scale.count) scales, other shifts")
        (channels, self.epsilon) = (scale.count, epsilon)
        self.scale = BlockedFinish.padded(scale, channels: channels)
        self.shift = BlockedFinish.padded(shift ?? [], channels: channels)
    }

    /// Over `[batch, channels / 16, plane, 16]`; `output` may be the input.
    package func runBlocks(
        batch: Int, plane: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let step = plane * ChannelBlocks.width
        each(batch: batch, plane: plane, pool) { image, pixels in
            let at =
                image * ChannelBlocks.count(channels) * step + pixels.lowerBound * ChannelBlocks.width
            table.functions.pointee.normalise_channels(
                input + at, step, channels, pixels.count, scale.floats, shift.floats, epsilon, output + at)
        }
    }

    /// Over `[batch, channels, plane]`; `output` may be the input.
    package func run(
        batch: Int, plane: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let kernels = table.functions.pointee
        each(batch: batch, plane: plane, pool) { image, pixels in
            let at = image * channels * plane + pixels.lowerBound
            withUnsafeTemporaryAllocation(of: Float.self, capacity: pixels.count * channels) { lines in
                guard let lines = lines.baseAddress else { return }
                kernels.transpose(input + at, plane, channels, pixels.count, lines, channels)
                for pixel in 0..<pixels.count {
                    let line = lines + pixel * channels
                    kernels.normalise_line(line, scale.floats, shift.floats, line, channels, epsilon, nil)
                }
                kernels.transpose(lines, channels, pixels.count, channels, output + at, plane)
            }
        }
    }

    private func each(
        batch: Int, plane: Int, _ pool: WorkerPool, _ body: (_ image: Int, _ pixels: Range<Int>) -> Void
    ) {
        guard channels > 0 else { return }
        let runs = (plane + ChannelNormalization.run - 1) / ChannelNormalization.run
        pool.run(batch * runs) { index in
            let first = index % runs * ChannelNormalization.run
            body(index / runs, first..<min(plane, first + ChannelNormalization.run))
        }
        withExtendedLifetime((scale, shift)) {}
    }
}
