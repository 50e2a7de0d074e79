import CKernels

/// ONNX `BatchNormalization` in inference, `[batch, channels, planeCount]`.
package struct BatchNormalization: Sendable {
    /// `scale` and `shift` of each channel: `y = scale x + shift`.
    package let scale: [Float]
    package let shift: [Float]

    /// Folds the four parameters of each channel into two; in double, for the variance may be small. Traps
    /// when they differ in number.
    package init(
        scale: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>, mean: UnsafeBufferPointer<Float>,
        variance: UnsafeBufferPointer<Float>, epsilon: Float
    ) {
        let channels = scale.count
        precondition(bias.count == channels && mean.count == channels && variance.count == channels)
        let factors = (0..<channels).map {
            Double(scale[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot()
        }
        self.scale = factors.map { Float($0) }
        shift = (0..<channels).map { Float(Double(bias[$0]) - Double(mean[$0]) * factors[$0]) }
    }

    /// `output` may be the input.
    package func run(
        batch: Int, planeCount: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let channels = scale.count
        pool.runRanges(batch * channels, grain: max(1, Broadcast.grain / max(planeCount, 1))) { range in
            for plane in range {
                let (offset, channel) = (plane * planeCount, plane % channels)
                table.functions.pointee.scale_shift(
                    input + offset, output + offset, planeCount, scale[channel], shift[channel])
            }
        }
    }
}
