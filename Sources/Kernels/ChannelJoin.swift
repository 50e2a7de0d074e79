import CKernels

/// Channels of several images in blocks, one after the other in images of their own: `Concat`, `Split` and
/// `Slice` over channels are all this.
package struct ChannelJoin: Sendable {
    /// The channels that one input gives.
    package struct Part: Sendable, Hashable {
        /// Channels of the input.
        package let channels: Int
        /// Those of them that are taken.
        package let taken: Range<Int>

        package init(channels: Int, taken: Range<Int>) { (self.channels, self.taken) = (channels, taken) }

        /// All channels of an input.
        package init(channels: Int) { self.init(channels: channels, taken: 0..<channels) }
    }

    /// Lanes of one block of an input that go to one block of the output.
    private struct Piece: Sendable {
        let part, block, from, to, count: Int

        /// Whether it is all of the block.
        var isWhole: Bool { count == ChannelBlocks.width }
    }

    private let parts: [Part]
    /// Those of each block of the output, in the order of its lanes.
    private let pieces: [[Piece]]

    package init(_ parts: [Part]) {
        let width = ChannelBlocks.width
        var pieces: [[Piece]] = []
        var end = 0
        for (index, part) in parts.enumerated() {
            var channel = part.taken.lowerBound
            while channel < part.taken.upperBound {
                let (from, to) = (channel % width, end % width)
                let count = min(width - from, width - to, part.taken.upperBound - channel)
                if to == 0 { pieces.append([]) }
                pieces[pieces.count - 1].append(
                    Piece(part: index, block: channel / width, from: from, to: to, count: count))
                channel += count
                end += count
            }
        }
        (self.parts, self.pieces) = (parts, pieces)
    }

    /// Joins the inputs, one a part, of `[batch, channels, plane]` each; `output` is apart from them.
    package func run(
        batch: Int, plane: Int, inputs: [UnsafePointer<Float>], output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let width = ChannelBlocks.width
        // Some pixels of all blocks are a claim, as they are of a convolution's.
        RowBands(planes: batch * pieces.count, rows: plane, rowCost: 1).run(pool) { index, pixels in
            let (image, block) = (index / pieces.count, index % pieces.count)
            let target = output + (index * plane + pixels.lowerBound) * width
            for (place, piece) in pieces[block].enumerated() {
                let blocks = ChannelBlocks.count(parts[piece.part].channels)
                let source =
                    inputs[piece.part]
                    + ((image * blocks + piece.block) * plane + pixels.lowerBound) * width
                if piece.isWhole {
                    target.update(from: source, count: pixels.count * width)
                } else {
                    table.functions.pointee.merge_channels(
                        source, piece.from, piece.to, piece.count, pixels.count, place > 0 ? 1 : 0, target)
                }
            }
        }
    }
}
