import CKernels

extension BlockedConvolution {
    /// Tiles that are transformed before they are rounded to whole numbers: what they take stays in the first
    /// caches.
    private static let tilesOfPart = 4

    /// Weights as they are used: those that the second cache of a core does not hold come from memory for
    /// every image, and large layers have small planes, in which each is used a few times. Transforming nine
    /// numbers takes less than reading 36; in half as many bytes those of the largest layers only.
    static func transformsKernels(_ parameters: ConvolutionParameters, _ precision: Precision) -> Bool {
        let blocks =
            ChannelBlocks.count(parameters.inputChannels) * ChannelBlocks.count(parameters.outputChannels)
        return switch precision {
        case .float32: blocks >= fewestTransformedBlocks
        case .float16Weights: blocks >= fewestTransformedHalfBlocks
        case .bfloat16, .int8: false
        }
    }

    /// Blocks of 16 by 16 channels; transformed, one takes 36 KiB in float32.
    private static let fewestTransformedBlocks = 64
    private static let fewestTransformedHalfBlocks = 1024

    /// Bytes of a group's points where each group transforms all kernels: they may lie in the third cache,
    /// from which a core reads in order faster than it multiplies. Eight images of 256 channels at 14x14 are
    /// one group.
    private static let bytesOfThirdCache = 5 << 20

    /// Tiles of a group that kernels are transformed for at least, where vectors of eight take twice as long
    /// for it.
    private static let fewestTilesOfTransform = 64

    /// Bytes of the points of so many tiles, which their scales follow where they are whole numbers.
    private func winogradPointBytes(_ tiles: Int) -> Int {
        ck_winograd_points(inputBlocks, tiles) * narrowWeights!.kernels.pointee.point_bytes
    }

    /// Tiles are taken in groups across images.
    func winogradWork(_ geometry: ConvolutionGeometry, threads: Int) -> GroupedWork {
        let (rows, columns) = ((geometry.outputHeight + 3) / 4, (geometry.outputWidth + 3) / 4)
        let kernels = narrowWeights!.kernels.pointee
        let isSlow = transformsKernels && !table.hasVectorsOfSixteen
        return GroupedWork(
            items: geometry.batch * rows * columns,
            atLeast: isSlow ? BlockedConvolution.fewestTilesOfTransform : GroupedWork.fewestItems,
            atMost: Int(CK_WINOGRAD_TILES),
            pointBudget: transformsKernels && !isSlow
                ? BlockedConvolution.bytesOfThirdCache : GroupedWork.bytesOfSecondCache,
            outputBlocks: outputBlocks, threads: threads,
            pointBytes: {
                winogradPointBytes($0) + (kernels.rows == nil ? 0 : 36 * $0 * MemoryLayout<Float>.stride)
            },
            productFloats: ck_winograd_products,
            preparingFloats: kernels.rows == nil
                ? 0 : ck_winograd_points(inputBlocks, BlockedConvolution.tilesOfPart))
    }

    func runWinograd(_ call: Call, _ pool: WorkerPool) {
        let weights = narrowWeights!
        let (rows, part) = (weights.kernels.pointee.rows, BlockedConvolution.tilesOfPart)
        let work = winogradWork(call.geometry, threads: pool.threads)
        var form = winogradForm(call.geometry)
        withUnsafePointer(to: &form) { form in
            work.run(
                scratch: call.scratch!, parts: rows == nil ? inputBlocks : work.parts(ofItems: part),
                pool: pool
            ) { tiles, index, points, scratch in
                guard let rows else {
                    return weights.kernels.pointee.winograd_input(
                        form, call.input, index, tiles.lowerBound, tiles.count, points)
                }
                guard index * part < tiles.count else { return }
                rows.pointee.winograd_input(
                    form, call.input, tiles.lowerBound, tiles.count, index * part,
                    min(tiles.count, (index + 1) * part), points,
                    (points + winogradPointBytes(tiles.count)).assumingMemoryBound(to: Float.self), scratch)
            } multiply: { tiles, blocks, points, products in
                weights.eachCall(blocks) { blocks in
                    let block = blocks.lowerBound
                    table.functions.pointee.winograd_output(
                        form, call.finish, weights.kernels(ofBlock: block), points,
                        rows == nil
                            ? nil
                            : (points + winogradPointBytes(tiles.count)).assumingMemoryBound(to: Float.self),
                        weights.rows(ofBlock: block),
                        block, blocks.count, tiles.lowerBound, tiles.count, call.residual, call.output,
                        products)
                }
            }
        }
    }

    private func winogradForm(_ geometry: ConvolutionGeometry) -> ck_winograd {
        ck_winograd(
            input_blocks: inputBlocks, output_blocks: outputBlocks, input_height: geometry.inputHeight,
            input_width: geometry.inputWidth, output_height: geometry.outputHeight,
            output_width: geometry.outputWidth, pad_top: geometry.padTop, pad_left: geometry.padLeft,
            tile_rows: (geometry.outputHeight + 3) / 4, tile_columns: (geometry.outputWidth + 3) / 4,
            border: border.map { UnsafePointer($0.floats) }, weights_are_taps: transformsKernels ? 1 : 0,
            missing: Int32(inputBlocks * ChannelBlocks.width - parameters.inputChannels))
    }
}
