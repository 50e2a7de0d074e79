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
        if planeCount == 1 { return runRows(batch, input, output, pool) }
        pool.runRanges(batch * channels, grain: max(1, Broadcast.grain / max(planeCount, 1))) { range in
            for plane in range {
                let (offset, channel) = (plane * planeCount, plane % channels)
                table.functions.pointee.scale_shift(
                    input + offset, output + offset, planeCount, scale[channel], shift[channel])
            }
        }
    }

    /// The same of images in channel blocks, with an activation of the result that is no PReLU. `output` may
    /// be the input.
    package func runBlocks(
        shape: [Int], activation: Activation, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        // What fills the last block becomes 0, and stays finite.
        let (scale, shift) = (
            BlockedFinish.padded(scale, channels: scale.count),
            BlockedFinish.padded(shift, channels: shift.count)
        )
        defer { withExtendedLifetime((scale, shift)) {} }
        ChannelAffine(shape: shape, isPerImage: false, activation: activation).run(
            input: input, scale: scale.floats, shift: shift.floats, output: output, pool: pool, table: table)
    }

    /// Rows of one element a channel: a call of the kernel for each would cost more than the element.
    private func runRows(
        _ rows: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        let channels = scale.count
        scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
                pool.runRanges(rows, grain: max(1, Broadcast.grain / max(channels, 1))) { range in
                    for row in range {
                        let (x, y) = (input + row * channels, output + row * channels)
                        for channel in 0..<channels {
                            y[channel] = x[channel] * scale[channel] + shift[channel]
                        }
                    }
                }
            }
        }
    }
}
