/// How the matrix product of a convolution is cut into pieces that threads claim.
///
/// The output of a group of one image is a matrix: channels by positions. It is cut by positions, so that
/// patches laid out as columns stay small enough for the cache, and where that gives too few pieces for the
/// threads, by channels too.
struct ConvolutionTiling {
    /// Positions in a tile; the last may have fewer.
    let columns: Int
    let columnTiles: Int
    /// Output channels in a block; the last may have fewer.
    let rows: Int
    let rowBlocks: Int

    /// Floats of columns laid out at a time: 512 KiB, about half the second-level cache of a core.
    private static let columnBudget = 131_072

    /// - Parameters: `depth` is the length of a column; `images` counts batch times groups; `isInPlace` says
    ///   that columns are not laid out, so that their number is bound by nothing.
    init(
        depth: Int, positions: Int, outputWidth: Int, channels: Int, images: Int, threads: Int,
        isInPlace: Bool
    ) {
        var columns = max(64, ConvolutionTiling.columnBudget / max(depth, 1))
        if isInPlace { columns = max(columns, 1_024) }
        columns = min(columns, positions)
        let wanted = threads == 1 ? 1 : (threads * 2 + images - 1) / images
        columns = min(columns, max(64, (positions + wanted - 1) / wanted))
        if columns > outputWidth { columns = columns / outputWidth * outputWidth }
        columns = min(columns, positions)
        self.columns = columns
        columnTiles = (positions + columns - 1) / columns
        // Each block of channels lays the columns out anew, so there are no more blocks than threads.
        let missing = (threads + images * columnTiles - 1) / (images * columnTiles)
        let share = (channels + missing - 1) / missing
        rows = max(1, min(channels, (max(share, 32) + 15) / 16 * 16))
        rowBlocks = (channels + rows - 1) / rows
    }

    /// Pieces of one image's group.
    var pieces: Int { columnTiles * rowBlocks }
}
