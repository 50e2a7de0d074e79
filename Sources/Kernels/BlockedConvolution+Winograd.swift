import CKernels

extension BlockedConvolution {
    /// Scratch of a run, in floats: transformed tiles, and the products of one block of output channels.
    struct WinogradScratch {
        /// Tiles that are transformed together.
        let tiles: Int
        /// Groups of such tiles, all images.
        let groups: Int
        let points: Int
        let products: Int
        /// Whether each group's transform is shared by all threads rather than one thread's own.
        let isShared: Bool
        let total: Int
    }

    /// Floats of transformed tiles that stay in a core's second cache beside weights and products.
    private static let pointBudget = 128 * 1024

    func winogradScratch(_ geometry: ConvolutionGeometry, threads: Int) -> WinogradScratch {
        let columns = (geometry.outputWidth + 3) / 4
        let tiles = max(1, (geometry.outputHeight + 3) / 4 * columns)
        let perTile = 36 * inputBlocks * ChannelBlocks.width
        let fitting = max(28, BlockedConvolution.pointBudget / perTile / 28 * 28)
        let pieces = (tiles + fitting - 1) / fitting
        let together = (tiles + pieces - 1) / pieces
        let groups = geometry.batch * pieces
        let (points, products) = (together * perTile, together * 36 * ChannelBlocks.width)
        let isShared = threads > 1 && groups < 2 * threads
        return WinogradScratch(
            tiles: together, groups: groups, points: points, products: products, isShared: isShared,
            total: isShared ? groups * points + threads * products : threads * (points + products))
    }

    func runWinograd(_ call: Call, _ pool: WorkerPool) {
        let scratch = winogradScratch(call.geometry, threads: pool.threads)
        let base = call.scratch!
        if scratch.isShared {
            // Few tiles: everybody transforms, then everybody takes blocks of output channels.
            pool.run(scratch.groups) { group in
                transform(call, scratch, group: group, to: base + group * scratch.points)
            }
            let products = base + scratch.groups * scratch.points
            pool.run(scratch.groups * outputBlocks) { index, worker in
                let group = index / outputBlocks
                multiply(
                    call, scratch, group: group, block: index % outputBlocks,
                    points: base + group * scratch.points, products: products + worker * scratch.products)
            }
            return
        }
        pool.run(scratch.groups) { group, worker in
            let points = base + worker * (scratch.points + scratch.products)
            transform(call, scratch, group: group, to: points)
            for block in 0..<outputBlocks {
                multiply(
                    call, scratch, group: group, block: block, points: points,
                    products: points + scratch.points)
            }
        }
    }

    private func transform(
        _ call: Call, _ scratch: WinogradScratch, group: Int, to points: UnsafeMutablePointer<Float>
    ) {
        var form = winogradForm(call.geometry)
        let (image, tiles) = range(call.geometry, scratch, group)
        let plane = call.geometry.inputPlane * ChannelBlocks.width
        table.functions.pointee.winograd_input(
            &form, call.input + image * inputBlocks * plane, tiles.lowerBound, tiles.count, points)
    }

    private func multiply(
        _ call: Call, _ scratch: WinogradScratch, group: Int, block: Int, points: UnsafePointer<Float>,
        products: UnsafeMutablePointer<Float>
    ) {
        var form = winogradForm(call.geometry)
        let (image, tiles) = range(call.geometry, scratch, group)
        let offset = image * outputBlocks * call.geometry.outputPlane * ChannelBlocks.width
        let weightStep = 36 * inputBlocks * ChannelBlocks.width * ChannelBlocks.width
        table.functions.pointee.winograd_output(
            &form, call.finish, points, weights.floats + block * weightStep, block, tiles.lowerBound,
            tiles.count, call.residual.map { $0 + offset }, call.output + offset, products)
    }

    /// The image and the tiles of a group.
    private func range(_ geometry: ConvolutionGeometry, _ scratch: WinogradScratch, _ group: Int) -> (
        image: Int, tiles: Range<Int>
    ) {
        let all = (geometry.outputHeight + 3) / 4 * ((geometry.outputWidth + 3) / 4)
        let pieces = scratch.groups / geometry.batch
        let first = group % pieces * scratch.tiles
        return (group / pieces, first..<min(all, first + scratch.tiles))
    }

    private func winogradForm(_ geometry: ConvolutionGeometry) -> ck_winograd {
        ck_winograd(
            input_blocks: inputBlocks, input_height: geometry.inputHeight, input_width: geometry.inputWidth,
            output_height: geometry.outputHeight, output_width: geometry.outputWidth,
            pad_top: geometry.padTop, pad_left: geometry.padLeft,
            tile_columns: (geometry.outputWidth + 3) / 4, border: border.map { UnsafePointer($0.floats) })
    }
}
