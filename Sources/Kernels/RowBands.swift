/// Rows of many planes, cut into pieces that are worth a thread's while.
struct RowBands {
    let planes: Int
    let rows: Int
    /// Rows of a piece; the last of a plane may have fewer.
    private let height: Int
    private let perPlane: Int

    /// Pixels of sixteen channels that a piece should have: some microseconds of work.
    private static let grain = 2048

    /// `rowCost` is the pixels of a row.
    init(planes: Int, rows: Int, rowCost: Int) {
        (self.planes, self.rows) = (planes, rows)
        height = max(1, RowBands.grain / max(rowCost, 1))
        perPlane = (rows + height - 1) / height
    }

    /// Calls `body` for each piece, on the pool.
    func run(_ pool: WorkerPool, _ body: (_ plane: Int, _ rows: Range<Int>) -> Void) {
        guard rows > 0 else { return }
        pool.run(planes * perPlane) { index in
            let first = index % perPlane * height
            body(index / perPlane, first..<min(rows, first + height))
        }
    }
}
