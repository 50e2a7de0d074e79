import CKernels

extension BlockedConvolution {
    /// Tiles are taken in groups across images.
    func winogradWork(_ geometry: ConvolutionGeometry, threads: Int) -> GroupedWork {
        let (rows, columns) = ((geometry.outputHeight + 3) / 4, (geometry.outputWidth + 3) / 4)
        let pointBytes = narrowWeights!.kernels.pointee.point_bytes
        return GroupedWork(
            items: geometry.batch * rows * columns, atMost: Int(CK_WINOGRAD_TILES),
            outputBlocks: outputBlocks, threads: threads,
            pointBytes: { ck_winograd_points(inputBlocks, $0) * pointBytes },
            productFloats: ck_winograd_products)
    }

    func runWinograd(_ call: Call, _ pool: WorkerPool) {
        let weights = narrowWeights!
        var form = winogradForm(call.geometry)
        withUnsafePointer(to: &form) { form in
            winogradWork(call.geometry, threads: pool.threads).run(
                scratch: call.scratch!, inputBlocks: inputBlocks, pool: pool
            ) { tiles, block, points in
                weights.kernels.pointee.winograd_input(
                    form, call.input, block, tiles.lowerBound, tiles.count, points)
            } multiply: { tiles, blocks, points, products in
                weights.eachCall(blocks) { blocks in
                    let block = blocks.lowerBound
                    table.functions.pointee.winograd_output(
                        form, call.finish, weights.kernels(ofBlock: block), points,
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
            border: border.map { UnsafePointer($0.floats) })
    }
}
