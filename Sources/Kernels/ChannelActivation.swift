import CKernels

/// An activation of images in channel blocks that may be another function in every channel.
package struct ChannelActivation: Sendable {
    private let batch, channels, plane: Int
    private let finish: BlockedFinish

    /// `shape`: `[batch, channels, height, width]`. Traps when slopes are not one a channel.
    package init(shape: [Int], activation: Activation) {
        (batch, channels, plane) = (shape[0], shape[1], shape[2] * shape[3])
        finish = BlockedFinish(channels: channels, bias: nil, activation: activation)
    }

    /// `output` may be the input.
    package func run(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        let (blocks, lanes) = (ChannelBlocks.count(channels), ChannelBlocks.width)
        finish.withKernelForm { finish in
            RowBands(planes: batch * blocks, rows: plane, rowCost: 1).run(pool) { index, pixels in
                let at = (index * plane + pixels.lowerBound) * lanes
                table.functions.pointee.finish_sums(
                    finish, input + at, index % blocks * lanes, pixels.count, nil, output + at)
            }
        }
    }
}
