import CKernels

extension BlockedConvolution {
    /// Channels that lie side by side in the input.
    private var inner: Int { readsBlocks ? ChannelBlocks.width : 1 }

    /// Planes or blocks of the input.
    private var inputGroups: Int { readsBlocks ? inputBlocks : parameters.inputChannels }

    func directBands(_ geometry: ConvolutionGeometry, threads: Int, rows: Int? = nil) -> DirectBands {
        DirectBands(
            parameters, geometry, groups: inputGroups, inner: inner,
            weightFloats: weights.byteCount / MemoryLayout<Float>.stride, threads: threads, rows: rows,
            copiesAll: groups != nil)
    }

    func runDirect(_ call: Call, _ pool: WorkerPool) {
        let bands = directBands(call.geometry, threads: pool.threads)
        pool.run(call.geometry.batch * bands.perImage * bands.splits) { index, worker in
            let (band, split) = (index / bands.splits, index % bands.splits)
            let rows = bands.rows(of: band % bands.perImage, height: call.geometry.outputHeight)
            let blocks = outputBlocks * split / bands.splits..<outputBlocks * (split + 1) / bands.splits
            let image = band / bands.perImage
            runDirect(
                call, bands, image: image, blocks: blocks, rows: rows, to: target(call, image: image),
                patch: call.scratch.map { $0 + worker * bands.patchFloats })
        }
    }

    /// Rows of some blocks of an image; `patch`: `bands.patchFloats`.
    func runDirect(
        _ call: Call, _ bands: DirectBands, image: Int, blocks: Range<Int>, rows: Range<Int>,
        to target: BlockRows, patch: UnsafeMutablePointer<Float>?
    ) {
        let piece = Piece(
            call: call, target: target, bands: bands, blocks: blocks,
            input: Area(
                start: call.input + image * inputGroups * call.geometry.inputPlane * inner,
                rowFloats: call.geometry.inputWidth * inner, groupFloats: call.geometry.inputPlane * inner),
            patch: patch)
        run(piece, rows)
    }

    /// Whether every output is made of the input at its own position, straight from the input's blocks.
    func isPlainPointwise(_ geometry: ConvolutionGeometry) -> Bool {
        algorithm == .direct && border == nil && parameters.kernelHeight == 1 && parameters.kernelWidth == 1
            && parameters.strideHeight == 1 && parameters.strideWidth == 1 && geometry.padTop == 0
            && geometry.padLeft == 0 && geometry.outputHeight == geometry.inputHeight
            && geometry.outputWidth == geometry.inputWidth
    }

    /// Some whole rows of a plain pointwise convolution, from a band of its input.
    func runPointwise(
        _ call: Call, rows: Int, from band: UnsafePointer<Float>, blockFloats: Int, to target: BlockRows
    ) {
        let rowFloats = call.geometry.inputWidth * inner
        run(
            call, target, blocks: 0..<outputBlocks, 0..<rows, 0..<call.geometry.outputWidth,
            from: Area(start: band, rowFloats: rowFloats, groupFloats: blockFloats))
    }

    /// What of one image a claim is about.
    private struct Piece {
        let call: Call
        let target: BlockRows
        let bands: DirectBands
        /// Blocks of output channels.
        let blocks: Range<Int>
        let input: Area
        /// This worker's place for a part of the input with what lies around it.
        let patch: UnsafeMutablePointer<Float>?
    }

    /// Where a convolution reads: the first element of the first window, and the ways from there.
    private struct Area {
        var start: UnsafePointer<Float>
        let rowFloats: Int
        let groupFloats: Int
    }

    /// What lies inside is read where it is, what reaches over an edge from a copy: rows one by one, and the
    /// columns at the sides of all other rows together.
    private func run(_ piece: Piece, _ rows: Range<Int>) {
        if piece.bands.copiesAll { return runCopied(piece, rows, 0..<piece.call.geometry.outputWidth) }
        let inside = piece.bands.insideColumns.isEmpty ? 0..<0 : rows.clamped(to: piece.bands.insideRows)
        let columns = 0..<piece.call.geometry.outputWidth
        for row in rows where !inside.contains(row) { runCopied(piece, row..<row + 1, columns) }
        guard !inside.isEmpty else { return }
        let middle = piece.bands.insideColumns
        runCopied(piece, inside, 0..<middle.lowerBound)
        var input = piece.input
        let (top, left) = origin(piece.call.geometry, inside.lowerBound, middle.lowerBound)
        input.start += top * input.rowFloats + left * inner
        run(piece, inside, middle, from: input)
        runCopied(piece, inside, middle.upperBound..<columns.upperBound)
    }

    /// The input's row and column at which an output's window begins.
    private func origin(_ geometry: ConvolutionGeometry, _ row: Int, _ column: Int) -> (Int, Int) {
        (
            row * parameters.strideHeight - geometry.padTop,
            column * parameters.strideWidth - geometry.padLeft
        )
    }

    private func run(_ piece: Piece, _ rows: Range<Int>, _ columns: Range<Int>, from area: Area) {
        run(piece.call, piece.target, blocks: piece.blocks, rows, columns, from: area)
    }

    private func run(
        _ call: Call, _ target: BlockRows, blocks: Range<Int>, _ rows: Range<Int>, _ columns: Range<Int>,
        from area: Area
    ) {
        let geometry = call.geometry
        let all = taps(area)
        let blockFloats = parameters.kernelHeight * parameters.kernelWidth * inner * ChannelBlocks.width
        // Rows that follow one another without a gap in input and output are one long row.
        let isFlat =
            parameters.strideWidth == 1 && parameters.strideHeight == 1
            && columns.count == geometry.outputWidth && area.rowFloats == geometry.outputWidth * inner
        let (lines, length) = isFlat ? (1, rows.count * columns.count) : (rows.count, columns.count)
        var block = blocks.lowerBound
        while block < blocks.upperBound {
            let (channel, next) = (block * ChannelBlocks.width, (block + 1) * ChannelBlocks.width)
            let reads = reads(block)
            let weightStep = reads.count * blockFloats
            var taps = all
            // Zeros stand for what is not of the groups, and for what fills the last block.
            if groups != nil { (taps.blocks, taps.tail) = (reads.count, 0) }
            let isPair =
                block + 1 < blocks.upperBound && !isHalf(parameters.outputChannels - next)
                && self.reads(block + 1) == reads
            var outputs = ck_output_blocks(
                count: isPair ? 2 : 1, weight_step: weightStep,
                output_step: target.blockFloats,
                half: isHalf(parameters.outputChannels - channel) ? 1 : 0)
            for line in 0..<lines {
                let row = rows.lowerBound + line - target.first
                let position = row * geometry.outputWidth + columns.lowerBound
                let at = block * target.blockFloats + position * ChannelBlocks.width
                withUnsafePointer(to: taps) { taps in
                    table.functions.pointee.tiles(
                        taps, &outputs, call.finish,
                        area.start + reads.lowerBound * area.groupFloats
                            + line * parameters.strideHeight * area.rowFloats,
                        weights.floats + (groups?.starts[block] ?? block * inputGroups) * blockFloats,
                        channel, length,
                        target.residual.map { $0 + at }, target.output + at)
                }
            }
            block += outputs.count
        }
    }

    /// The blocks (or planes) of the input that a block of outputs is made of.
    private func reads(_ block: Int) -> Range<Int> { groups?.reads[block] ?? 0..<inputGroups }

    private func isHalf(_ channels: Int) -> Bool {
        table.halvesAreFaster && channels <= ChannelBlocks.width / 2
    }

    private func taps(_ area: Area) -> ck_taps {
        let (channels, columns) = (parameters.inputChannels, parameters.kernelWidth)
        // Columns that lie side by side, in whole blocks, are one long row of products.
        let isDense = parameters.dilationWidth == 1 && (channels % inner == 0 || groups != nil)
        return ck_taps(
            blocks: channels / inner, block_stride: area.groupFloats, rows: parameters.kernelHeight,
            row_stride: parameters.dilationHeight * area.rowFloats, columns: isDense ? 1 : columns,
            column_stride: parameters.dilationWidth * inner, inner: isDense ? columns * inner : inner,
            tile_stride: parameters.strideWidth * inner, tail: channels % inner)
    }

    private func runCopied(_ piece: Piece, _ rows: Range<Int>, _ columns: Range<Int>) {
        guard !columns.isEmpty else { return }
        guard let patch = piece.patch else { preconditionFailure("no room for what reaches over an edge") }
        let height = (rows.count - 1) * parameters.strideHeight + piece.bands.reachHeight
        let width = (columns.count - 1) * parameters.strideWidth + piece.bands.reachWidth
        let geometry = piece.call.geometry
        let (top, left) = origin(geometry, rows.lowerBound, columns.lowerBound)
        // Columns of the patch before the input, inside it and behind it.
        let before = min(width, max(0, -left))
        let behind = min(width - before, max(0, left + width - geometry.inputWidth))
        let middle = width - before - behind
        for group in 0..<inputGroups {
            for row in 0..<height {
                let to = patch + (group * height + row) * width * inner
                guard (0..<geometry.inputHeight).contains(top + row) else {
                    fillBorder(to, pixels: width, group)
                    continue
                }
                fillBorder(to, pixels: before, group)
                let from = group * piece.input.groupFloats + (top + row) * piece.input.rowFloats
                (to + before * inner).update(
                    from: piece.input.start + from + (left + before) * inner, count: middle * inner)
                fillBorder(to + (before + middle) * inner, pixels: behind, group)
            }
        }
        run(
            piece, rows, columns,
            from: Area(
                start: UnsafePointer(patch), rowFloats: width * inner, groupFloats: height * width * inner))
    }

    private func fillBorder(_ start: UnsafeMutablePointer<Float>, pixels: Int, _ group: Int) {
        for index in 0..<max(0, pixels * inner) {
            start[index] = border.map { $0.floats[group * inner + index % inner] } ?? 0
        }
    }
}
