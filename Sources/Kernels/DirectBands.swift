/// How the output of a direct convolution is cut up: in bands of rows, for threads to claim, and into what is
/// made from the input where it lies and what reaches over its edges.
struct DirectBands {
    /// Bands of an image, as even as can be.
    let perImage: Int
    /// Pieces that the blocks of output channels are split into, where bands are few.
    let splits: Int
    /// Output rows and columns whose windows lie inside the input.
    let insideRows: Range<Int>
    let insideColumns: Range<Int>
    /// Rows and columns of input that a window covers.
    let reachHeight: Int
    let reachWidth: Int
    /// Whether all of a band is read from a copy with its border, where any of it reaches over an edge.
    let copiesAll: Bool
    /// Floats of the largest patch that is copied, borders and all, because windows reach over an edge.
    let patchFloats: Int

    /// Floats of a band of input: they stay in a core's second cache beside the weights.
    private static let budget = 96 * 1024

    /// Rows of a band under which the registers are not used well.
    private static let lowBand = 4

    /// `inner` channels lie side by side in each of `groups` planes of the input. `rows` sets the height of
    /// the bands. With `copiesAll` rows are not cut at the edges: what few products a copied element has do
    /// not make up for registers half empty.
    init(
        _ parameters: ConvolutionParameters, _ geometry: ConvolutionGeometry, groups: Int, inner: Int,
        weightFloats: Int, threads: Int, rows chosen: Int? = nil, copiesAll: Bool = false
    ) {
        let (strideHeight, strideWidth) = (parameters.strideHeight, parameters.strideWidth)
        reachHeight = (parameters.kernelHeight - 1) * parameters.dilationHeight + 1
        reachWidth = (parameters.kernelWidth - 1) * parameters.dilationWidth + 1
        insideRows = DirectBands.inside(
            geometry.outputHeight, strideHeight, geometry.padTop, reachHeight, geometry.inputHeight)
        insideColumns = DirectBands.inside(
            geometry.outputWidth, strideWidth, geometry.padLeft, reachWidth, geometry.inputWidth)

        let pixelFloats = groups * inner
        let blocks = ChannelBlocks.count(parameters.outputChannels)
        let isHeavy =
            weightFloats > geometry.batch
            * (geometry.inputPlane * pixelFloats + geometry.outputPlane * blocks * ChannelBlocks.width)
        let wanted = isHeavy ? 1 : DirectBands.wanted(geometry, threads: threads)
        let fitting =
            (DirectBands.budget / max(geometry.inputWidth * pixelFloats, 1) - reachHeight) / strideHeight + 1
        let rows = chosen ?? max(1, min(fitting, (geometry.outputHeight + wanted - 1) / wanted))
        perImage = (geometry.outputHeight + rows - 1) / rows
        let bands = geometry.batch * perImage
        splits = threads > 1 && bands < 2 * threads ? min(blocks, 4 * threads) : 1

        let whole = reachHeight * ((geometry.outputWidth - 1) * strideWidth + reachWidth)
        let edge = max(insideColumns.lowerBound, geometry.outputWidth - insideColumns.upperBound, 1)
        // Where nothing lies inside, every row is copied on its own.
        let isSplit = !insideRows.isEmpty && !insideColumns.isEmpty
        let edges =
            !isSplit ? 0 : ((rows - 1) * strideHeight + reachHeight) * ((edge - 1) * strideWidth + reachWidth)
        let isInside =
            insideRows.count == geometry.outputHeight && insideColumns.count == geometry.outputWidth
        let band =
            ((rows - 1) * strideHeight + reachHeight)
            * ((geometry.outputWidth - 1) * strideWidth + reachWidth)
        self.copiesAll = copiesAll && !isInside
        let pixels = copiesAll ? band : max(whole, edges)
        patchFloats = isInside ? 0 : (pixels * pixelFloats + 15) / 16 * 16
    }

    /// The output rows of a band, of `height` in all.
    func rows(of band: Int, height: Int) -> Range<Int> {
        height * band / perImage..<height * (band + 1) / perImage
    }

    /// Bands of an image for all threads to have work, and each the rows that it wrote the step before: two a
    /// thread, or one where they would be low.
    private static func wanted(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        if threads == 1 { return 1 }
        let isLow = geometry.outputHeight * geometry.batch < 2 * threads * lowBand
        return ((isLow ? threads : 2 * threads) + geometry.batch - 1) / geometry.batch
    }

    private static func inside(
        _ outputs: Int, _ stride: Int, _ pad: Int, _ reach: Int, _ extent: Int
    ) -> Range<Int> {
        let room = extent + pad - reach
        guard room >= 0 else { return 0..<0 }
        let end = min(outputs, room / stride + 1)
        return min(end, max(0, (pad + stride - 1) / stride))..<end
    }
}
