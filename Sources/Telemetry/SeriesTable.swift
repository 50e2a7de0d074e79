import Locks

/// The series of one metric by label values, bounded in number.
final class SeriesTable<Cell: AnyObject & Sendable>: Sendable {
    private let labelCount: Int
    private let limit: Int
    private let make: @Sendable () -> Cell
    private let cells: Locked<[[String]: Cell]>

    init(labelCount: Int, limit: Int, make: @escaping @Sendable () -> Cell) {
        self.labelCount = labelCount
        self.limit = limit
        self.make = make
        // A metric without labels shows its zero from the start, so that rates can be formed.
        cells = Locked(labelCount == 0 ? [[]: make()] : [:])
    }

    /// The cell of these label values, made when it is new; the overflow cell when there are too many.
    func cell(_ values: [String]) -> Cell {
        precondition(
            values.count == labelCount, "a metric is used with another number of labels than declared")
        return cells.withLock { cells in
            if let cell = cells[values] { return cell }
            let key = cells.count < limit ? values : Array(repeating: "other", count: labelCount)
            if let cell = cells[key] { return cell }
            let cell = make()
            cells[key] = cell
            return cell
        }
    }

    /// All series in the order of their label values.
    func sorted() -> [(values: [String], cell: Cell)] {
        cells.withLock { cells in
            cells.map { (values: $0.key, cell: $0.value) }
        }.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}
