import Encodings

/// What a write works with: the connection inside its transaction, the time, and the notes for the index.
final class WriteContext {
    let connection: SQLiteConnection
    /// One time for all rows of the write.
    let now: Timestamp
    private(set) var changes: [IndexChange] = []

    init(connection: SQLiteConnection, now: Timestamp) {
        self.connection = connection
        self.now = now
    }

    /// To be done to the index after the commit, in order.
    func note(_ change: IndexChange) { changes.append(change) }
}
