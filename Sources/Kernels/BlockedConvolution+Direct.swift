import CKernels

extension BlockedConvolution {
    /// How a direct convolution is cut up: bands of output rows, and blocks of output channels where bands are few.
    struct Bands {
        /// Output rows of a band.
        let rows: Int
        /// Bands of all images.
        let count: Int
        /// Pieces that the blocks of output channels are split into.
        let splits: Int
        /// Input rows that a band reads, and their length with the border.
        let inputRows: Int
        let inputColumns: Int
        /// Whether the input is read where it lies, having no border and no gaps.
        let isInPlace: Bool
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
        let perThread = (geometry.outputHeight * geometry.batch + threads * 2 - 1) / (threads * 2)
        let rows = max(1, min(geometry.outputHeight, fitting, max(perThread, 4)))
        let count = geometry.batch * ((geometry.outputHeight + rows - 1) / rows)
        let splits = threads > 1 && count < threads * 2 ? min(outputBlocks, threads * 2) : 1
        return Bands(
            rows: rows, count: count, splits: splits,
            inputRows: (rows - 1) * parameters.strideHeight + reachHeight, inputColumns: columns,
            isInPlace: isInPlace)
    }

    func runDirect(_ call: Call, _ pool: WorkerPool) {
        let bands = bands(call.geometry, threads: pool.threads)
        let scratchCount = bandCount(call.geometry, threads: pool.threads)
        let perImage = bands.count / call.geometry.batch
        pool.run(bands.count * bands.splits) { index, worker in
            let (band, split) = (index / bands.splits, index % bands.splits)
            let (image, first) = (band / perImage, band % perImage * bands.rows)
            let rows = first..<min(call.geometry.outputHeight, first + bands.rows)
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
