/// Rows of a matrix in groups that are multiplied together: as many as fill the registers a few times, and
/// stay in the second cache while all outputs are made of them.
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

    /// Parts that the blocks of outputs of each group are cut into, so that all threads end at nearly the
    /// same time; `times` is the number of matrices of as many rows.
    func splits(of blocks: Int, threads: Int, times: Int = 1) -> Int {
        if threads == 1 { return 1 }
        let pieces = max(count * times, 1)
        return max(1, min((4 * threads + pieces - 1) / pieces, blocks / 4))
    }
}
