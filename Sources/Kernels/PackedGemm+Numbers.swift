import CKernels

/// Products of numbers in a precision: chunk by chunk of the inputs.
extension PackedGemm {
    /// Bytes of scratch for a group of rows.
    func pointBytes(rows: Int, _ weights: NarrowWeights) -> Int {
        gatheredBytes(rows: rows) + wholeBytes(rows: rows, weights)
    }

    func prepareNumbers(
        _ call: Call, _ rows: Range<Int>, _ weights: NarrowWeights, _ scratch: UnsafeMutableRawPointer,
        _ pool: WorkerPool?
    ) {
        let points = room(for: rows, weights, scratch)
        guard let pool else {
            gather(call, rows, weights, 0..<inputBlocks, to: points)
            if points.scales != nil {
                for chunk in 0..<chunks { quantise(points, rows: rows.count, weights, chunk: chunk) }
            }
            return
        }
        pool.runRanges(inputBlocks, grain: 512) { gather(call, rows, weights, $0, to: points) }
        pool.run(points.scales == nil ? 0 : chunks) {
            quantise(points, rows: rows.count, weights, chunk: $0)
        }
    }

    /// Where the rows of a group are prepared.
    private struct Points {
        /// The rows as products read them, or as floats where these will be whole numbers.
        let gathered: UnsafeMutableRawPointer
        /// What products read.
        let base: UnsafeMutableRawPointer
        /// Those of whole numbers, `[chunks][rows]`.
        let scales: UnsafeMutablePointer<Float>?
    }

    private var chunks: Int { (inputBlocks + PackedGemm.chunk - 1) / PackedGemm.chunk }

    private func gatheredBytes(rows: Int) -> Int {
        inputBlocks * rows * ChannelBlocks.width * MemoryLayout<Float>.stride
    }

    /// What whole numbers take, and the scales before them.
    private func wholeBytes(rows: Int, _ weights: NarrowWeights) -> Int {
        if weights.kernels.pointee.rows == nil { return 0 }
        // Whole lines, as another thread's part follows.
        let bytes =
            chunks * rows * MemoryLayout<Float>.stride
            + inputBlocks * rows * ChannelBlocks.width * weights.kernels.pointee.point_bytes
        return (bytes + AlignedBuffer.alignment - 1) / AlignedBuffer.alignment * AlignedBuffer.alignment
    }

    private func room(
        for rows: Range<Int>, _ weights: NarrowWeights, _ scratch: UnsafeMutableRawPointer
    ) -> Points {
        guard weights.kernels.pointee.rows != nil else {
            return Points(gathered: scratch, base: scratch, scales: nil)
        }
        let scales = (scratch + gatheredBytes(rows: rows.count)).assumingMemoryBound(to: Float.self)
        return Points(
            gathered: scratch, base: UnsafeMutableRawPointer(scales + chunks * rows.count), scales: scales)
    }

    private func gather(
        _ call: Call, _ rows: Range<Int>, _ weights: NarrowWeights, _ blocks: Range<Int>, to points: Points
    ) {
        let matrix = RowMatrix(
            base: call.input + rows.lowerBound * inputs, rows: rows.count, columns: inputs, stride: inputs)
        let kernels = weights.kernels.pointee
        matrix.gather(
            blocks, to: points.gathered,
            elementBytes: kernels.rows == nil ? kernels.point_bytes : MemoryLayout<Float>.stride,
            kernels.gather)
    }

    private func quantise(_ points: Points, rows: Int, _ weights: NarrowWeights, chunk: Int) {
        let (kernels, first) = (weights.kernels.pointee, chunk * PackedGemm.chunk)
        guard let ofRows = kernels.rows, let scales = points.scales else { return }
        let blockFloats = rows * ChannelBlocks.width
        ofRows.pointee.quantise(
            points.gathered.assumingMemoryBound(to: Float.self) + first * blockFloats, blockFloats,
            min(PackedGemm.chunk, inputBlocks - first), rows,
            points.base + first * blockFloats * kernels.point_bytes, blockFloats, scales + chunk * rows)
    }

    /// Some blocks of outputs of a group of rows: chunk by chunk of the inputs, on top of the bias.
    func multiplyNumbers(
        _ call: Call, _ scratch: UnsafeMutableRawPointer?, _ rows: Range<Int>, _ weights: NarrowWeights,
        _ outputBlocks: Range<Int>
    ) {
        let points = scratch.map { room(for: rows, weights, $0) }
        let (width, blockFloats) = (ChannelBlocks.width, rows.count * ChannelBlocks.width)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * blockFloats) { sums in
            weights.eachCall(outputBlocks) { blocks in
                let column = blocks.lowerBound * width
                let at = rows.lowerBound * outputs + column
                var end = ck_sum_rows(
                    rows: rows.count, columns: min(blocks.count * width, outputs - column),
                    block_step: blockFloats, row_stride: outputs, adds: 0, ends: 0)
                for chunk in 0..<max(chunks, 1) {
                    if let points {
                        products(
                            of: points, rows: rows.count, weights, blocks, chunk: chunk, to: sums.baseAddress!
                        )
                    } else {
                        sums.update(repeating: 0)
                    }
                    (end.adds, end.ends) = (chunk > 0 ? 1 : 0, chunk + 1 < chunks ? 0 : 1)
                    // With the first sums, as the output may be the residual.
                    let residual = chunk == 0 ? call.residual.map { $0 + at } : nil
                    table.functions.pointee.finish_rows(
                        call.finish, &end, sums.baseAddress, column, residual, call.output + at)
                }
            }
        }
    }

    private func products(
        of points: Points, rows: Int, _ weights: NarrowWeights, _ outputBlocks: Range<Int>, chunk: Int,
        to sums: UnsafeMutablePointer<Float>
    ) {
        let (width, blockFloats) = (ChannelBlocks.width, rows * ChannelBlocks.width)
        let kernels = weights.kernels(ofBlock: outputBlocks.lowerBound).pointee
        let first = chunk * PackedGemm.chunk
        let isLast = first + PackedGemm.chunk >= inputBlocks
        var shape = ck_products(
            blocks: min(PackedGemm.chunk, inputBlocks - first), block_stride: blockFloats,
            outputs: outputBlocks.count, weight_step: weights.blockBytes, output_step: blockFloats,
            scales: points.scales.map { UnsafePointer($0) + chunk * rows }, adds: 0,
            missing: isLast ? Int32(inputBlocks * width - inputs) : 0)
        kernels.products(
            &shape, points.base + first * blockFloats * kernels.point_bytes,
            weights.rows(ofBlock: outputBlocks.lowerBound, from: first * width), rows, sums)
    }
}
