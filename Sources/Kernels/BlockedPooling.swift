import CKernels

extension Pooling {
    /// `max` over channel blocks: `geometry.planes` counts blocks, and input and output are in blocks.
    package static func maxOfBlocks(
        _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        eachRowsOfBlocks(geometry, input, output, pool) { form, input, rows, output in
            table.functions.pointee.blocked_max_rows(form, input, rows.lowerBound, rows.count, output)
        }
    }

    /// `average` over channel blocks, likewise.
    package static func averageOfBlocks(
        _ geometry: PoolingGeometry, countIncludesPad: Bool, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        let rowTaps = (0..<geometry.outputHeight).map {
            Float(geometry.tapRows($0, padded: countIncludesPad).count)
        }
        let columnTaps = (0..<geometry.outputWidth).map {
            Float(geometry.tapColumns($0, padded: countIncludesPad).count)
        }
        rowTaps.withUnsafeBufferPointer { rowTaps in
            columnTaps.withUnsafeBufferPointer { columnTaps in
                eachRowsOfBlocks(geometry, input, output, pool) { form, input, rows, output in
                    table.functions.pointee.blocked_mean_rows(
                        form, input, rowTaps.baseAddress, columnTaps.baseAddress, rows.lowerBound, rows.count,
                        output)
                }
            }
        }
    }

    /// `globalAverage` over so many channel blocks.
    package static func globalAverageOfBlocks(
        blocks: Int, planeCount: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        let width = ChannelBlocks.width
        let grain = Swift.max(1, Broadcast.grain / Swift.max(planeCount * width, 1))
        pool.runRanges(blocks, grain: grain) { range in
            for block in range {
                table.functions.pointee.blocked_mean(
                    input + block * planeCount * width, planeCount, output + block * width)
            }
        }
    }

    /// Calls `body` with the plane of each block, some of its output's rows, and where these go.
    private static func eachRowsOfBlocks(
        _ geometry: PoolingGeometry, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ pool: WorkerPool,
        _ body: (
            UnsafePointer<ck_depthwise>, UnsafePointer<Float>, Range<Int>, UnsafeMutablePointer<Float>
        ) -> Void
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
                    body(
                        form, input + plane * geometry.inputHeight * geometry.inputWidth * width, rows,
                        output + at)
                }
        }
    }
}
