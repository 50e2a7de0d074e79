import CKernels

extension BlockedConvolution {
    /// How a direct convolution is cut up: bands of output rows, and blocks of output channels where bands are few.
    struct Bands {
        /// Bands of an image, as even as can be.
        let perImage: Int
        /// Output rows of the longest.
        let rows: Int
        /// Pieces that the blocks of output channels are split into.
        let splits: Int
        /// Input rows that the longest band reads, and their length with the border.
        let inputRows: Int
        let inputColumns: Int
        /// Whether the input is read where it lies, having no border and no gaps.
        let isInPlace: Bool

        /// The output rows of a band, of `height` in all.
        func rows(of band: Int, height: Int) -> Range<Int> {
            height * band / perImage..<height * (band + 1) / perImage
        }
    }

    /// Floats of a band of input: they stay in a core's second cache beside the weights.
    private static let bandBudget = 96 * 1024

    /// Channels that lie side by side in the input.
    private var inner: Int { readsBlocks ? ChannelBlocks.width : 1 }

    /// Planes or blocks of the input.
    private var inputGroups: Int { readsBlocks ? inputBlocks : parameters.inputChannels }

    func bandCount(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        guard geometry.batch > 0, geometry.outputPlane > 0 else { return 0 }
        let bands = bands(geometry, threads: threads)
        return bands.isInPlace
            ? 0 : (bands.inputRows * bands.inputColumns * inputGroups * inner + 15) / 16 * 16
    }

    private func bands(_ geometry: ConvolutionGeometry, threads: Int) -> Bands {
        let reachHeight = (parameters.kernelHeight - 1) * parameters.dilationHeight + 1
        let reachWidth = (parameters.kernelWidth - 1) * parameters.dilationWidth + 1
        let columns = (geometry.outputWidth - 1) * parameters.strideWidth + reachWidth
        let needed = (geometry.outputHeight - 1) * parameters.strideHeight + reachHeight
        let isInPlace =
            geometry.padTop == 0 && geometry.padLeft == 0 && columns <= geometry.inputWidth
            && needed <= geometry.inputHeight
        let rowFloats = columns * inputGroups * inner
        let fitting =
            (BlockedConvolution.bandBudget / max(rowFloats, 1) - reachHeight) / parameters.strideHeight + 1
        let wanted = bandsWanted(geometry, threads: threads)
        let most = max(1, min(fitting, (geometry.outputHeight + wanted - 1) / wanted))
        let perImage = (geometry.outputHeight + most - 1) / most
        let rows = (geometry.outputHeight + perImage - 1) / perImage
        return Bands(
            perImage: perImage, rows: rows,
            splits: splits(bands: geometry.batch * perImage, isInPlace: isInPlace, threads: threads),
            inputRows: (rows - 1) * parameters.strideHeight + reachHeight, inputColumns: columns,
            isInPlace: isInPlace)
    }

    /// Bands of an image for all threads to have work and each the rows that it wrote the step before: two a thread,
    /// or one where they would be low. One where the weights are what there is most of: threads then share those.
    private func bandsWanted(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        let pixels =
            geometry.inputPlane * inputGroups * inner + geometry.outputPlane * outputBlocks
            * ChannelBlocks.width
        if threads == 1 || weights.byteCount > pixels * geometry.batch * MemoryLayout<Float>.stride {
            return 1
        }
        let isLow = geometry.outputHeight * geometry.batch < 2 * threads * BlockedConvolution.lowBand
        let bands = isLow ? threads : 2 * threads
        return (bands + geometry.batch - 1) / geometry.batch
    }

    /// Rows of a band under which the registers are not used well.
    private static let lowBand = 4

    /// A band of which the input must be copied first is copied for each split.
    private func splits(bands: Int, isInPlace: Bool, threads: Int) -> Int {
        guard threads > 1, bands < 2 * threads else { return 1 }
        return min(outputBlocks, isInPlace ? 4 * threads : (2 * threads + bands - 1) / bands)
    }

    func runDirect(_ call: Call, _ pool: WorkerPool) {
        let bands = bands(call.geometry, threads: pool.threads)
        let scratchCount = bandCount(call.geometry, threads: pool.threads)
        pool.run(call.geometry.batch * bands.perImage * bands.splits) { index, worker in
            let (band, split) = (index / bands.splits, index % bands.splits)
            let image = band / bands.perImage
            let rows = bands.rows(of: band % bands.perImage, height: call.geometry.outputHeight)
            let blocks = outputBlocks * split / bands.splits..<outputBlocks * (split + 1) / bands.splits
            let input = call.input + image * inputGroups * call.geometry.inputPlane * inner
            if bands.isInPlace {
                let start =
                    input + rows.lowerBound * parameters.strideHeight * call.geometry.inputWidth * inner
                run(
                    call, image: image, rows: rows, blocks: blocks, from: start,
                    rowFloats: call.geometry.inputWidth * inner,
                    groupFloats: call.geometry.inputPlane * inner)
            } else {
                let scratch = call.scratch! + worker * scratchCount
                copyBand(call.geometry, bands, firstRow: rows.lowerBound, from: input, to: scratch)
                run(
                    call, image: image, rows: rows, blocks: blocks, from: UnsafePointer(scratch),
                    rowFloats: bands.inputColumns * inner,
                    groupFloats: bands.inputRows * bands.inputColumns * inner)
            }
        }
    }

    private func run(
        _ call: Call, image: Int, rows: Range<Int>, blocks: Range<Int>, from start: UnsafePointer<Float>,
        rowFloats: Int, groupFloats: Int
    ) {
        let geometry = call.geometry
        let channels = parameters.inputChannels
        var taps = ck_taps(
            blocks: channels / inner, block_stride: groupFloats, rows: parameters.kernelHeight,
            row_stride: parameters.dilationHeight * rowFloats, columns: parameters.kernelWidth,
            column_stride: parameters.dilationWidth * inner, inner: inner,
            tile_stride: parameters.strideWidth * inner, tail: channels % inner, half: 0)
        let weightStep =
            inputGroups * parameters.kernelHeight * parameters.kernelWidth * inner * ChannelBlocks.width
        // Rows that follow one another without a gap in input and output are one long row.
        let isFlat =
            parameters.strideWidth == 1 && parameters.strideHeight == 1
            && rowFloats == geometry.outputWidth * inner
        let (lines, length) =
            isFlat ? (1, rows.count * geometry.outputWidth) : (rows.count, geometry.outputWidth)
        for block in blocks {
            let plane = (image * outputBlocks + block) * geometry.outputPlane
            let channel = block * ChannelBlocks.width
            taps.half = parameters.outputChannels - channel <= ChannelBlocks.width / 2 ? 1 : 0
            for line in 0..<lines {
                let at = (plane + (rows.lowerBound + line) * geometry.outputWidth) * ChannelBlocks.width
                table.functions.pointee.tiles(
                    &taps, call.finish, start + line * parameters.strideHeight * rowFloats,
                    weights.floats + block * weightStep, channel, length,
                    call.residual.map { $0 + at }, call.output + at)
            }
        }
    }

    /// The input rows of a band with their border.
    private func copyBand(
        _ geometry: ConvolutionGeometry, _ bands: Bands, firstRow: Int, from input: UnsafePointer<Float>,
        to band: UnsafeMutablePointer<Float>
    ) {
        let top = firstRow * parameters.strideHeight - geometry.padTop
        let left = min(geometry.padLeft, bands.inputColumns)
        let middle = max(0, min(geometry.inputWidth, bands.inputColumns - left))
        for group in 0..<inputGroups {
            for row in 0..<bands.inputRows {
                let to = band + (group * bands.inputRows + row) * bands.inputColumns * inner
                let source = top + row
                guard source >= 0, source < geometry.inputHeight else {
                    fillBorder(to, pixels: bands.inputColumns, group)
                    continue
                }
                fillBorder(to, pixels: left, group)
                let from = input + (group * geometry.inputHeight + source) * geometry.inputWidth * inner
                (to + left * inner).update(from: from, count: middle * inner)
                fillBorder(to + (left + middle) * inner, pixels: bands.inputColumns - left - middle, group)
            }
        }
    }

    private func fillBorder(_ start: UnsafeMutablePointer<Float>, pixels: Int, _ group: Int) {
        for index in 0..<max(0, pixels * inner) {
            start[index] = border.map { $0.floats[group * inner + index % inner] } ?? 0
        }
    }
}
