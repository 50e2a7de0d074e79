import CKernels

extension BlockedConvolution {
    var taps: Int { parameters.kernelHeight * parameters.kernelWidth }

    /// Positions, numbered over all images, are taken in groups: `[input blocks][taps][positions][16]` are
    /// their points.
    func gatheredWork(_ geometry: ConvolutionGeometry, threads: Int) -> GroupedWork {
        let isOfRows = narrowWeights!.kernels.pointee.rows != nil
        return GroupedWork(
            items: geometry.batch * geometry.outputPlane, atMost: 448, outputBlocks: outputBlocks,
            threads: threads,
            pointBytes: { gatheredPointBytes($0) + (isOfRows ? $0 * MemoryLayout<Float>.stride : 0) },
            productFloats: { $0 * ChannelBlocks.width })
    }

    /// Bytes of the points of so many positions, which their scales follow where they are whole numbers.
    func gatheredPointBytes(_ positions: Int) -> Int {
        positions * narrowWeights!.kernels.pointee.point_bytes * inputBlocks * taps * ChannelBlocks.width
    }

    func runGathered(_ call: Call, _ pool: WorkerPool) {
        let zeros = BlockedFinish.padded([], channels: ChannelBlocks.width)
        let isOfRows = narrowWeights!.kernels.pointee.rows != nil
        let work = gatheredWork(call.geometry, threads: pool.threads)
        work.run(
            scratch: call.scratch!, parts: isOfRows ? work.parts(ofItems: positionsOfPart) : inputBlocks,
            pool: pool
        ) { positions, part, points, _ in
            if isOfRows {
                quantise(call, positions, part: part, to: points)
            } else {
                let outside = border.map { $0.floats + part * ChannelBlocks.width } ?? zeros.floats
                gather(call, positions, part, outside: outside, to: points)
            }
        } multiply: { positions, blocks, points, sums in
            narrowWeights!.eachCall(blocks) { multiply(call, positions, $0, points, sums) }
        }
    }

    /// Tap by tap, row by row of the output.
    private func gather(
        _ call: Call, _ positions: Range<Int>, _ block: Int, outside: UnsafePointer<Float>,
        to points: UnsafeMutableRawPointer
    ) {
        let geometry = call.geometry
        let bytes = ChannelBlocks.width * narrowWeights!.kernels.pointee.point_bytes
        for tap in 0..<taps {
            var target = points + (block * taps + tap) * positions.count * bytes
            var position = positions.lowerBound
            while position < positions.upperBound {
                let (row, column) = (position / geometry.outputWidth, position % geometry.outputWidth)
                let count = min(geometry.outputWidth - column, positions.upperBound - position)
                gatherRow(call, block, tap, row, column..<column + count, outside, to: target)
                target += count * bytes
                position += count
            }
        }
    }

    /// What one tap of some columns of one output row (numbered over all images) reads.
    private func gatherRow(
        _ call: Call, _ block: Int, _ tap: Int, _ row: Int, _ columns: Range<Int>,
        _ outside: UnsafePointer<Float>, to points: UnsafeMutableRawPointer
    ) {
        let (geometry, kernels, width) = (call.geometry, narrowWeights!.kernels.pointee, ChannelBlocks.width)
        let (image, y) = (row / geometry.outputHeight, row % geometry.outputHeight)
        let sourceRow =
            y * parameters.strideHeight - geometry.padTop
            + tap / parameters.kernelWidth * parameters.dilationHeight
        let offset = tap % parameters.kernelWidth * parameters.dilationWidth - geometry.padLeft
        let stride = parameters.strideWidth
        // Columns whose source lies in the row.
        var inside = columns.lowerBound..<columns.lowerBound
        if sourceRow >= 0, sourceRow < geometry.inputHeight {
            let first = max(columns.lowerBound, offset >= 0 ? 0 : (-offset + stride - 1) / stride)
            let end = min(columns.upperBound, (geometry.inputWidth - offset + stride - 1) / stride)
            if first < end { inside = first..<end }
        }
        let bytes = width * kernels.point_bytes
        kernels.gather(outside, 0, inside.lowerBound - columns.lowerBound, points)
        if !inside.isEmpty {
            let plane = (image * inputBlocks + block) * geometry.inputHeight + sourceRow
            let start = plane * geometry.inputWidth + inside.lowerBound * stride + offset
            kernels.gather(
                call.input + start * width, stride * width, inside.count,
                points + (inside.lowerBound - columns.lowerBound) * bytes)
        }
        kernels.gather(
            outside, 0, columns.upperBound - inside.upperBound,
            points + (inside.upperBound - columns.lowerBound) * bytes)
    }

    /// One or two blocks of output channels; the positions of each image lie side by side in the output.
    private func multiply(
        _ call: Call, _ positions: Range<Int>, _ blocks: Range<Int>, _ points: UnsafeRawPointer,
        _ sums: UnsafeMutablePointer<Float>
    ) {
        let (weights, width, plane) = (narrowWeights!, ChannelBlocks.width, call.geometry.outputPlane)
        let blockFloats = positions.count * width
        var shape = ck_products(
            blocks: inputBlocks * taps, block_stride: blockFloats, outputs: blocks.count,
            weight_step: weights.blockBytes, output_step: blockFloats,
            scales: weights.kernels.pointee.rows == nil
                ? nil : (points + gatheredPointBytes(positions.count)).assumingMemoryBound(to: Float.self),
            adds: 0, missing: 0)
        weights.kernels(ofBlock: blocks.lowerBound).pointee.products(
            &shape, points, weights.rows(ofBlock: blocks.lowerBound), positions.count, sums)
        for block in blocks {
            let sums = sums + (block - blocks.lowerBound) * blockFloats
            var position = positions.lowerBound
            while position < positions.upperBound {
                let (image, first) = (position / plane, position % plane)
                let count = min(plane - first, positions.upperBound - position)
                let at = ((image * outputBlocks + block) * plane + first) * width
                table.functions.pointee.finish_sums(
                    call.finish, sums + (position - positions.lowerBound) * width, block * width, count,
                    call.residual.map { $0 + at }, call.output + at)
                position += count
            }
        }
    }
}
