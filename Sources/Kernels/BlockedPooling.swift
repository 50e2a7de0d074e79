import CKernels

extension Pooling {
    /// `max` over channel blocks: `geometry.planes` counts blocks, and input and output are in blocks.
    package static func maxOfBlocks(
        _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let width = ChannelBlocks.width
        var form = ck_depthwise(
            input_height: geometry.inputHeight, input_width: geometry.inputWidth,
            output_height: geometry.outputHeight, output_width: geometry.outputWidth,
            kernel_height: geometry.kernelHeight, kernel_width: geometry.kernelWidth,
            stride_height: geometry.strideHeight, stride_width: geometry.strideWidth,
            dilation_height: geometry.dilationHeight, dilation_width: geometry.dilationWidth,
            pad_top: geometry.padTop, pad_left: geometry.padLeft)
        withUnsafePointer(to: &form) { form in
            RowBands(planes: geometry.planes, rows: geometry.outputHeight, rowCost: geometry.outputWidth)
                .run(pool) { plane, rows in
                    let at = (plane * geometry.outputHeight + rows.lowerBound) * geometry.outputWidth * width
                    table.functions.pointee.blocked_max_rows(
                        form, input + plane * geometry.inputHeight * geometry.inputWidth * width,
                        rows.lowerBound, rows.count, output + at)
                }
        }
    }
}
