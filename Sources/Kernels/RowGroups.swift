import CKernels

/// Rows of a matrix in groups that are multiplied together: as many as fill the registers a few times, and stay in the
/// second cache while all outputs are made of them.
struct RowGroups {
    let rows: Int
    let count: Int

    /// Of a group, and as many as fill the registers of AVX-512 (14) whole times.
    private static let (fewest, greatest) = (28, 112)
    private static let floats = 96 << 10

    init(rows: Int, columns: Int) {
        self.rows = rows
        let fit = RowGroups.floats / max(columns, 1) / 14 * 14
        let most = max(RowGroups.fewest, min(fit, RowGroups.greatest))
        count = (rows + most - 1) / most
    }

    /// Rows of the largest.
    var most: Int { count == 0 ? 0 : (rows + count - 1) / count }

    subscript(_ index: Int) -> Range<Int> { rows * index / count..<rows * (index + 1) / count }

    /// Parts that the blocks of outputs of each group are cut into, so that all threads end at nearly the same time.
    func splits(of blocks: Int, threads: Int) -> Int {
        if threads == 1 { return 1 }
        return max(1, min((4 * threads + count - 1) / max(count, 1), blocks / 4))
    }
}

/// Rows of floats, `stride` apart.
struct RowMatrix {
    let base: UnsafePointer<Float>
    let rows: Int
    let columns: Int
    let stride: Int

    typealias Gather = @convention(c) (UnsafePointer<Float>?, Int, Int, UnsafeMutableRawPointer?) -> Void

    /// Blocks of sixteen columns, `[blocks][rows][16]` in elements of so many bytes, zero past the last column.
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
