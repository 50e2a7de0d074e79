import CKernels

/// Rows of floats, `stride` apart.
struct RowMatrix {
    let base: UnsafePointer<Float>
    let rows: Int
    let columns: Int
    let stride: Int

    typealias Gather = @convention(c) (UnsafePointer<Float>?, Int, Int, UnsafeMutableRawPointer?) -> Void

    /// Blocks of sixteen columns, `[blocks][rows][16]` in elements of so many bytes, zero past the last
    /// column.
    func gather(
        _ blocks: Range<Int>, to points: UnsafeMutableRawPointer, elementBytes: Int, _ gather: Gather
    ) {
        let width = ChannelBlocks.width
        let blockBytes = rows * width * elementBytes
        for block in blocks where (block + 1) * width <= columns {
            gather(base + block * width, stride, rows, points + block * blockBytes)
        }
        let whole = columns / width
        guard columns % width > 0, blocks.contains(whole) else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * width) { rest in
            rest.update(repeating: 0)
            for row in 0..<rows {
                for place in 0..<columns % width {
                    rest[row * width + place] = base[row * stride + whole * width + place]
                }
            }
            gather(rest.baseAddress, width, rows, points + whole * blockBytes)
        }
    }
}
