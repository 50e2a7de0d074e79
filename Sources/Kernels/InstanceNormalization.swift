import CKernels

/// ONNX `InstanceNormalization`: each plane of `[batch, channels, planeCount]` to mean 0 and variance 1, then
/// scaled and shifted by its channel's numbers.
package struct InstanceNormalization: Sendable {
    package let batch: Int
    package let channels: Int
    package let planeCount: Int
    package let epsilon: Float

    package init(batch: Int, channels: Int, planeCount: Int, epsilon: Float) {
        (self.batch, self.channels, self.planeCount, self.epsilon) = (batch, channels, planeCount, epsilon)
    }

    /// `scale` and `shift` have one element a channel; `output` may be the input.
    package func run(
        input: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        let kernels = table.functions.pointee
        pool.runRanges(batch * channels, grain: max(1, Broadcast.grain / max(planeCount, 1))) { range in
            for plane in range {
                let (offset, channel) = (plane * planeCount, plane % channels)
                kernels.normalise_line(input + offset, nil, nil, output + offset, planeCount, epsilon, nil)
                kernels.scale_shift(
                    output + offset, output + offset, planeCount, scale[channel], shift[channel])
            }
        }
    }
}
