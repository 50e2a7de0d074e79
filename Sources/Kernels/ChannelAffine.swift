import CKernels

/// Images in channel blocks, each channel times a number of its own and plus another.
package struct ChannelAffine: Sendable {
    /// Images, and rows and columns of each.
    package let batch, height, width: Int
    package let channels: Int
    /// Whether every image has numbers of its own, as gates are.
    package let isPerImage: Bool
    /// What is done with the result.
    package let activation: Activation

    /// Traps on a PReLU, whose slopes are one a channel. `shape`: `[batch, channels, height, width]`.
    package init(shape: [Int], isPerImage: Bool, activation: Activation = .none) {
        precondition(!activation.isPerChannel, "\(activation) has numbers of its own for each channel")
        (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        (self.isPerImage, self.activation) = (isPerImage, activation)
    }

    /// Pixels that are still in the first cache when the activation comes to them.
    private static let run = 128

    /// `scale` and `shift` are in blocks, nil for 1 and 0; `residual` is added before the activation.
    /// `output` may be the input, the residual not.
    package func run(
        input: UnsafePointer<Float>, scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?,
        residual: UnsafePointer<Float>? = nil, output: UnsafeMutablePointer<Float>, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        let (blocks, lanes) = (ChannelBlocks.count(channels), ChannelBlocks.width)
        let (kernels, function) = (table.functions.pointee, ck_activation(activation))
        RowBands(planes: batch * blocks, rows: height, rowCost: width).run(pool) { plane, rows in
            let number = (isPerImage ? plane : plane % blocks) * lanes
            let pixels =
                (plane * height + rows.lowerBound) * width..<(plane * height + rows.upperBound) * width
            for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: ChannelAffine.run) {
                let count = min(ChannelAffine.run, pixels.upperBound - first)
                let target = output + first * lanes
                kernels.channel_affine(
                    input + first * lanes, scale.map { $0 + number }, shift.map { $0 + number }, count,
                    target)
                guard activation != .none || residual != nil else { continue }
                kernels.epilogue(
                    target, residual.map { $0 + first * lanes }, target, count * lanes, 0, function)
            }
        }
    }
}
