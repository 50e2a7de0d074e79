/// Rows of many planes, cut into pieces that are worth a thread's while.
///
/// A piece is some rows of all planes, as a convolution's is: so a worker of the pool has the same rows from
/// step to step.
struct RowBands {
    let planes: Int
    let rows: Int
    /// Pixels of a row.
    let rowCost: Int

    /// Pixels of one plane that a piece should have at most.
    private static let grain = 2048

    /// Calls `body` for each plane of each piece, on the pool.
    func run(_ pool: WorkerPool, _ body: (_ plane: Int, _ rows: Range<Int>) -> Void) {
        guard planes > 0, rows > 0 else { return }
        let fitting = (rows * rowCost + RowBands.grain - 1) / RowBands.grain
        let bands = min(rows, max(pool.threads == 1 ? 1 : 2 * pool.threads, fitting))
        pool.run(bands) { band in
            let range = rows * band / bands..<rows * (band + 1) / bands
            for plane in 0..<planes { body(plane, range) }
        }
    }
}
