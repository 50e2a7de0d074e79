/// How the rows of a picture are shared out among threads: who calls chooses, as threads belong to what runs
/// networks.
package struct RowSharing: Sendable {
    /// Calls its second argument for ranges that together are the rows from 0 to its first, maybe several at
    /// a time, and returns when all are done.
    private let share: @Sendable (Int, (Range<Int>) -> Void) -> Void

    package init(_ share: @escaping @Sendable (Int, (Range<Int>) -> Void) -> Void) { self.share = share }

    /// All rows on the caller's thread.
    package static let none = RowSharing { rows, body in body(0..<rows) }

    func run(rows: Int, _ body: (Range<Int>) -> Void) { share(rows, body) }
}
