import CKernels

/// The layout of the fast convolutions: sixteen channels of a pixel side by side,
/// `[batch, channels / 16, height, width, 16]`. Channels that are not there are zero in what comes from
/// planes, and finite behind kernels wherever inputs are; weights for them are zero.
package enum ChannelBlocks {
    /// Channels of a block.
    package static let width = Int(CK_BLOCK)

    /// Blocks that hold so many channels.
    package static func count(_ channels: Int) -> Int { (channels + width - 1) / width }

    /// The shape of an NCHW tensor in blocks.
    package static func shape(of planes: [Int]) -> [Int] {
        [planes[0], count(planes[1]), planes[2], planes[3], width]
    }

    /// Planes `[batch, channels, plane]` to blocks.
    package static func blocks(
        from planes: UnsafePointer<Float>, batch: Int, channels: Int, plane: Int,
        to blocks: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        eachBlock(batch, channels, plane, pool) { channels, planesAt, blocksAt in
            table.functions.pointee.to_blocks(planes + planesAt, channels, plane, blocks + blocksAt)
        }
    }

    /// Blocks to planes `[batch, channels, plane]`.
    package static func planes(
        from blocks: UnsafePointer<Float>, batch: Int, channels: Int, plane: Int,
        to planes: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        eachBlock(batch, channels, plane, pool) { channels, planesAt, blocksAt in
            table.functions.pointee.from_blocks(blocks + blocksAt, channels, plane, planes + planesAt)
        }
    }

    /// Calls `body` with the channels of each block and where they are in both layouts.
    private static func eachBlock(
        _ batch: Int, _ channels: Int, _ plane: Int, _ pool: WorkerPool,
        _ body: (_ channels: Int, _ planesAt: Int, _ blocksAt: Int) -> Void
    ) {
        guard channels > 0, plane > 0 else { return }
        let blocks = count(channels)
        pool.run(batch * blocks) { index in
            let (image, block) = (index / blocks, index % blocks)
            body(
                min(width, channels - block * width), (image * channels + block * width) * plane,
                index * plane * width)
        }
    }
}

extension ChannelBlocks {
    /// The channels from `first` on of images in blocks, each pixel's side by side:
    /// `[batch, plane, channels]`.
    package static func channelsLast(
        from blocks: UnsafePointer<Float>, batch: Int, of all: Int, first: Int, channels: Int, plane: Int,
        to output: UnsafeMutablePointer<Float>, table: KernelTable = .current
    ) {
        guard channels > 0, plane > 0 else { return }
        for image in 0..<batch {
            table.functions.pointee.channels_last(
                blocks + image * count(all) * plane * width, plane, first, channels,
                output + image * plane * channels)
        }
    }
}
