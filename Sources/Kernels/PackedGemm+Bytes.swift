import CKernels

/// Products of bytes: each row is one pixel of a convolution over windows.
extension PackedGemm {
    /// What outputs have before `finish_rows` ends them: nothing but their sums.
    private static let sums = BlockedFinish(channels: 2 * ChannelBlocks.width, bias: nil, activation: .none)

    /// Cells of a row.
    func byteCells(_ weights: WholeWeights) -> Int {
        (inputBlocks + weights.cell.blocks - 1) / weights.cell.blocks
    }

    /// Bytes from a cell of so many rows to the next one.
    func bytePlane(rows: Int, _ weights: WholeWeights) -> Int {
        let group = Int(CK_WINDOW_GROUP)
        return (rows + group - 1) / group * group * weights.cell.bytes
    }

    func prepareBytes(
        _ call: Call, _ rows: Range<Int>, _ weights: WholeWeights, _ scratch: UnsafeMutableRawPointer,
        _ pool: WorkerPool?
    ) {
        let input = call.input + rows.lowerBound * inputs
        let plane = bytePlane(rows: rows.count, weights)
        func prepare(_ cells: Range<Int>) {
            for cell in cells {
                let first = cell * weights.cell.blocks
                var form = ck_cells(
                    blocks: min(weights.cell.blocks, inputBlocks - first), cell_blocks: weights.cell.blocks,
                    block_step: ChannelBlocks.width, stride: inputs, inverse: 1 / weights.grid.step,
                    zero: Int32(weights.grid.zero))
                windowKernels.points(
                    &form, input + first * ChannelBlocks.width, rows.count, scratch + cell * plane)
            }
        }
        guard let pool else { return prepare(0..<byteCells(weights)) }
        pool.runRanges(byteCells(weights), grain: 128, prepare)
    }

    func multiplyBytes(
        _ call: Call, _ points: UnsafeMutableRawPointer, _ rows: Range<Int>, _ weights: WholeWeights,
        _ outputBlocks: Range<Int>
    ) {
        let (width, blockFloats) = (ChannelBlocks.width, rows.count * ChannelBlocks.width)
        let plane = bytePlane(rows: rows.count, weights)
        var offset = 0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * blockFloats) { sums in
            for first in stride(from: outputBlocks.lowerBound, to: outputBlocks.upperBound, by: 2) {
                let blocks = min(2, outputBlocks.upperBound - first)
                PackedGemm.sums.withKernelForm { finish in
                    withUnsafePointer(to: &offset) { offset in
                        var shape = ck_windows(
                            cells: byteCells(weights), cell_stride: plane, cell: weights.cell.bytes, taps: 1,
                            offsets: offset, rows: 1, width: rows.count, pitch: rows.count, outputs: blocks,
                            weight_step: weights.blockBytes, output_step: blockFloats)
                        windowKernels.rows(
                            &shape, finish, points, weights.rows(ofBlock: first), 0, nil, sums.baseAddress)
                    }
                }
                let column = first * width
                let at = rows.lowerBound * outputs + column
                var end = ck_sum_rows(
                    rows: rows.count, columns: min(blocks * width, outputs - column),
                    block_step: blockFloats, row_stride: outputs, adds: 0, ends: 1)
                table.functions.pointee.finish_rows(
                    call.finish, &end, sums.baseAddress, column, call.residual.map { $0 + at },
                    call.output + at)
            }
        }
    }

    private var windowKernels: ck_window_kernels { table.functions.pointee.byte_windows!.pointee }
}
