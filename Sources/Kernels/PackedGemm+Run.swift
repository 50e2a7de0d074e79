import CKernels

extension PackedGemm {
    /// Bytes of scratch that `run` needs for so many rows on a pool of so many threads; may be 0.
    package func scratchBytes(rows: Int, threads: Int) -> Int {
        let groups = RowGroups(rows: rows, columns: inputs)
        let own = gatheredBytes(rows: groups.most) + wholeBytes(rows: groups.most)
        return own * (groups.count < threads ? 1 : max(threads, 1))
    }

    /// `input` is `[rows, inputs]`, `output` and `residual` `[rows, outputs]`, all row-major; the output is apart from the input and
    /// may be the residual. `scratch` holds `scratchBytes(rows:threads:)` bytes, 64-byte aligned, for this run alone.
    package func run(
        rows: Int, input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard rows > 0, outputs > 0 else { return }
        let groups = RowGroups(rows: rows, columns: inputs)
        finish.withKernelForm { finish in
            let call = Call(finish: finish, input: input, residual: residual, output: output)
            if groups.count < pool.threads {
                for group in 0..<groups.count {
                    runShared(call, groups[group], scratch, pool)
                }
            } else {
                runApart(call, groups, scratch, pool)
            }
        }
    }

    /// The arguments of one run.
    private struct Call {
        let finish: UnsafePointer<ck_finish>
        let input: UnsafePointer<Float>
        let residual: UnsafePointer<Float>?
        let output: UnsafeMutablePointer<Float>
    }

    /// Few rows: all threads prepare them, then share the outputs.
    private func runShared(
        _ call: Call, _ rows: Range<Int>, _ scratch: UnsafeMutableRawPointer?, _ pool: WorkerPool
    ) {
        let points = scratch.map { room(for: rows, $0) }
        if let points {
            pool.runRanges(inputBlocks, grain: 512) { gather(call, rows, $0, to: points) }
            pool.run(points.scales == nil ? 0 : chunks) { quantise(points, rows: rows.count, chunk: $0) }
        }
        let together = outputBlocks < 4 * pool.threads ? 1 : 2
        pool.run((outputBlocks + together - 1) / together) { index in
            multiply(
                call, points, rows,
                index * together..<min(outputBlocks, (index + 1) * together))
        }
    }

    /// Many rows: each thread prepares those that it multiplies.
    private func runApart(
        _ call: Call, _ groups: RowGroups, _ scratch: UnsafeMutableRawPointer?, _ pool: WorkerPool
    ) {
        let bytes = gatheredBytes(rows: groups.most) + wholeBytes(rows: groups.most)
        let splits = groups.splits(of: outputBlocks, threads: pool.threads)
        pool.run(groups.count * splits) { index, worker in
            let (rows, split) = (groups[index / splits], index % splits)
            let points = scratch.map { room(for: rows, $0 + worker * bytes) }
            if let points {
                gather(call, rows, 0..<inputBlocks, to: points)
                if points.scales != nil {
                    for chunk in 0..<chunks { quantise(points, rows: rows.count, chunk: chunk) }
                }
            }
            multiply(
                call, points, rows, outputBlocks * split / splits..<outputBlocks * (split + 1) / splits)
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
    private func wholeBytes(rows: Int) -> Int {
        if weights.kernels.pointee.rows == nil { return 0 }
        // Whole lines, as another thread's part follows.
        let bytes =
            chunks * rows * MemoryLayout<Float>.stride
            + inputBlocks * rows * ChannelBlocks.width * weights.kernels.pointee.point_bytes
        return (bytes + AlignedBuffer.alignment - 1) / AlignedBuffer.alignment * AlignedBuffer.alignment
    }

    private func room(for rows: Range<Int>, _ scratch: UnsafeMutableRawPointer) -> Points {
        guard weights.kernels.pointee.rows != nil else {
            return Points(gathered: scratch, base: scratch, scales: nil)
        }
        let scales = (scratch + gatheredBytes(rows: rows.count)).assumingMemoryBound(to: Float.self)
        return Points(
            gathered: scratch, base: UnsafeMutableRawPointer(scales + chunks * rows.count), scales: scales)
    }

    private func gather(_ call: Call, _ rows: Range<Int>, _ blocks: Range<Int>, to points: Points) {
        let matrix = RowMatrix(
            base: call.input + rows.lowerBound * inputs, rows: rows.count, columns: inputs, stride: inputs)
        let kernels = weights.kernels.pointee
        matrix.gather(
            blocks, to: points.gathered,
            elementBytes: kernels.rows == nil ? kernels.point_bytes : MemoryLayout<Float>.stride,
            kernels.gather)
    }

    private func quantise(_ points: Points, rows: Int, chunk: Int) {
        let (kernels, first) = (weights.kernels.pointee, chunk * PackedGemm.chunk)
        guard let ofRows = kernels.rows, let scales = points.scales else { return }
        let blockFloats = rows * ChannelBlocks.width
        ofRows.pointee.quantise(
            points.gathered.assumingMemoryBound(to: Float.self) + first * blockFloats, blockFloats,
            min(PackedGemm.chunk, inputBlocks - first), rows,
            points.base + first * blockFloats * kernels.point_bytes, blockFloats, scales + chunk * rows)
    }

    /// Some blocks of outputs of a group of rows: chunk by chunk of the inputs, on top of the bias.
    private func multiply(
        _ call: Call, _ points: Points?, _ rows: Range<Int>, _ outputBlocks: Range<Int>
    ) {
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
                            of: points, rows: rows.count, blocks, chunk: chunk, to: sums.baseAddress!)
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
        of points: Points, rows: Int, _ outputBlocks: Range<Int>, chunk: Int,
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
