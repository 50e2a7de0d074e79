import CKernels

/// A depthwise or direct convolution and the pointwise one that alone reads it, over inputs of one size: made
/// together by bands of rows, so that what lies between them never leaves the second cache.
///
/// Only for planes that would not stay there by themselves. Whether two convolutions are a pair, and where
/// its bands begin, depends on one image alone: neither threads nor a batch may change a bit
/// (`BlockedConvolution.runStrassen`).
package struct ConvolutionPair: Sendable {
    private let first: BlockedConvolution
    private let second: BlockedConvolution
    private let firstGeometry: ConvolutionGeometry
    private let secondGeometry: ConvolutionGeometry
    /// Rows between the two that a band has; the last one may have fewer.
    private let bandRows: Int
    /// Bands of an image.
    private let bands: Int
    /// From a block of a band to the next one: an odd number of positions, so that blocks share no places of
    /// the cache.
    private let bandBlockFloats: Int
    /// Of the first, where it is direct.
    private let direct: DirectBands?
    private let usesStrassen: Bool

    /// Floats between the two, of an image, under which writing and reading them costs nothing.
    private static let fewestFloats = 128 * 1024

    /// Floats of a band that stay in the second cache, beside the weights.
    private static let mostBandFloats = 128 * 1024

    /// Weights of both, which are read anew for each band.
    private static let mostWeights = 64 * 1024

    /// Positions that a band has at least.
    private static let fewestPositions = 256

    /// Bands of an image, for threads to share: output channels are not shared out as well, as they are of
    /// single convolutions.
    private static let fewestBands = 16

    /// nil where the two are no such convolutions, or a pair gains nothing. Traps where the second does not
    /// read what the first makes.
    package init?(
        _ first: BlockedConvolution, _ firstGeometry: ConvolutionGeometry,
        _ second: BlockedConvolution, _ secondGeometry: ConvolutionGeometry
    ) {
        let half = first.isPooled ? 2 : 1
        precondition(
            second.parameters.inputChannels == first.parameters.outputChannels
                && secondGeometry.batch == firstGeometry.batch
                && secondGeometry.inputHeight == firstGeometry.outputHeight / half
                && secondGeometry.inputWidth == firstGeometry.outputWidth / half,
            "the second convolution of a pair reads another value")
        // A last row of one position would be no run for Strassen's products.
        let (width, height) = (secondGeometry.outputWidth, secondGeometry.outputHeight)
        guard width >= 2, ConvolutionPair.makesBands(first, firstGeometry),
            second.isPlainPointwise(secondGeometry),
            first.parameters.weightCount + second.parameters.weightCount <= ConvolutionPair.mostWeights,
            secondGeometry.outputPlane * second.inputBlocks * ChannelBlocks.width
                >= ConvolutionPair.fewestFloats
        else { return nil }
        // Depthwise rows are made two at a time; which two must not depend on the bands.
        bandRows = ((ConvolutionPair.fewestPositions + width - 1) / width + 1) / 2 * 2
        bands = (height + bandRows - 1) / bandRows
        bandBlockFloats = (bandRows * width | 1) * ChannelBlocks.width
        guard bands >= ConvolutionPair.fewestBands,
            second.inputBlocks * bandBlockFloats <= ConvolutionPair.mostBandFloats
        else { return nil }
        (self.first, self.firstGeometry) = (first, firstGeometry)
        (self.second, self.secondGeometry) = (second, secondGeometry)
        usesStrassen = second.usesStrassen(secondGeometry)
        direct =
            first.algorithm.isDepthwise
            ? nil : first.directBands(firstGeometry, threads: 1, rows: bandRows)
    }

    /// Pointwise ones gain nothing by it, and would keep a depthwise one from the one behind it.
    private static func makesBands(_ first: BlockedConvolution, _ geometry: ConvolutionGeometry) -> Bool {
        if first.isPlainPointwise(geometry) { return false }
        return switch first.algorithm {
        case .depthwise, .winogradDepthwise, .direct, .grouped, .directFromPlanes: true
        case .winograd, .gathered, .implicitGemm, .bytes, .strassen: false
        }
    }

    private var bandFloats: Int { second.inputBlocks * bandBlockFloats }

    /// Beside the band, what one of the two needs while it runs.
    private var workFloats: Int {
        max(direct?.patchFloats ?? 0, usesStrassen ? second.strassenScratch : 0)
    }

    private var workerFloats: Int { bandFloats + workFloats }

    /// Bytes of scratch that `run` needs on a pool of so many threads.
    package func scratchBytes(threads: Int) -> Int {
        max(threads, 1) * workerFloats * MemoryLayout<Float>.stride
    }

    /// Runs both over a batch, as `BlockedConvolution.run` would do one after the other.
    ///
    /// - Parameters:
    ///   - input: of the first, in blocks, or in planes where its `readsBlocks` is false.
    ///   - residual: of the second's output, in blocks, added before its activation; may be the output
    ///     itself.
    ///   - output: of the second, in blocks; apart from the input.
    ///   - scratch: `scratchBytes(threads:)` bytes, 64-byte aligned, for this run alone.
    package func run(
        input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer, pool: WorkerPool
    ) {
        let scratch = scratch.assumingMemoryBound(to: Float.self)
        let floats = workerFloats
        first.finish.withKernelForm { firstFinish in
            second.finish.withKernelForm { secondFinish in
                // Where rows go is said with the rows.
                let made = BlockedConvolution.Call(
                    geometry: firstGeometry, finish: firstFinish, input: input, residual: nil,
                    output: scratch,
                    scratch: nil)
                let read = BlockedConvolution.Call(
                    geometry: secondGeometry, finish: secondFinish, input: input, residual: residual,
                    output: output, scratch: nil)
                pool.run(firstGeometry.batch * bands) { index, worker in
                    let top = index % bands * bandRows
                    let rows = top..<min(top + bandRows, secondGeometry.outputHeight)
                    let band = scratch + worker * floats
                    runFirst(made, image: index / bands, rows, to: band)
                    runSecond(
                        read, image: index / bands, rows, from: band,
                        soon: soonRead(of: input, behind: index))
                }
            }
        }
    }

    /// Rows that lie between the two.
    private func runFirst(
        _ call: BlockedConvolution.Call, image: Int, _ rows: Range<Int>, to band: UnsafeMutablePointer<Float>
    ) {
        let target = BlockedConvolution.BlockRows(
            output: band, residual: nil, first: rows.lowerBound, blockFloats: bandBlockFloats)
        if let direct {
            first.runDirect(
                call, direct, image: image, blocks: 0..<first.outputBlocks, rows: rows, to: target,
                patch: band + bandFloats)
            return
        }
        var form = ck_depthwise(first.parameters, firstGeometry)
        let rows = first.isPooled ? 2 * rows.lowerBound..<2 * rows.upperBound : rows
        first.runDepthwise(call, &form, image: image, rows: rows, to: target)
    }

    private func runSecond(
        _ call: BlockedConvolution.Call, image: Int, _ rows: Range<Int>,
        from band: UnsafeMutablePointer<Float>, soon: ck_ahead
    ) {
        let whole = second.target(call, image: image)
        let at = rows.lowerBound * secondGeometry.outputWidth * ChannelBlocks.width
        // The second one sees the band as its input, and counts rows from there.
        let target = BlockedConvolution.BlockRows(
            output: whole.output + at, residual: whole.residual.map { $0 + at }, first: 0,
            blockFloats: whole.blockFloats)
        guard usesStrassen else {
            second.runPointwise(
                call, rows: rows.count, from: band, blockFloats: bandBlockFloats, to: target)
            return
        }
        var form = second.strassenForm(
            inputBlockFloats: bandBlockFloats, outputBlockFloats: whole.blockFloats)
        second.runStrassen(
            &form, call.finish, input: band, positions: rows.count * secondGeometry.outputWidth, to: target,
            scratch: band + bandFloats, soon: soon)
    }

    /// What the band behind the one of this index, as a rule the next that a worker takes, reads of the
    /// first's input and this one does not. The first reads faster than memory gives, the second's products
    /// leave memory idle.
    private func soonRead(of input: UnsafePointer<Float>, behind index: Int) -> ck_ahead {
        let (band, height) = (index % bands, firstGeometry.inputHeight)
        guard direct == nil, usesStrassen, band + 1 < bands else { return ck_ahead() }
        let parameters = first.parameters
        /// Rows of input that are read for so many rows between the two, and for those before them.
        func reach(_ rows: Int) -> Int {
            let last = (first.isPooled ? 2 : 1) * min(rows, secondGeometry.outputHeight) - 1
            let window = (parameters.kernelHeight - 1) * parameters.dilationHeight + 1
            return min(max(last * parameters.strideHeight - firstGeometry.padTop + window, 0), height)
        }
        let rows = reach((band + 1) * bandRows)..<reach((band + 2) * bandRows)
        let rowFloats = firstGeometry.inputWidth * ChannelBlocks.width
        let (blocks, size) = (first.inputBlocks, MemoryLayout<Float>.stride)
        let piece = ck_strassen_piece(second.inputBlocks / 2)
        let pieces = (rows.count * rowFloats * size + piece - 1) / piece
        return ck_ahead(
            from: input + (index / bands * blocks * height + rows.lowerBound) * rowFloats,
            step: height * rowFloats * size, piece: piece, pieces: pieces, next: 0,
            end: min(blocks * pieces, ConvolutionPair.mostBandFloats * size / piece))
    }
}
