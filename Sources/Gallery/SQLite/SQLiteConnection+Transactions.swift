import CSQLite

extension SQLiteConnection {
    enum TransactionKind: String {
        /// Takes the write lock at once: no statement inside can fail because another connection wrote.
        case write = "BEGIN IMMEDIATE"
        /// A snapshot, taken by the first read.
        case read = "BEGIN DEFERRED"
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back whole when it throws.
    func transaction<T>(
        _ kind: TransactionKind = .write, _ body: () throws(GalleryError) -> T
    ) throws(GalleryError) -> T {
        try run(kind.rawValue)
        do throws(GalleryError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            try rollBack()
            throw error
        }
    }

    /// A full disk or an I/O error may have rolled back on its own; a roll-back that fails is the graver
    /// news.
    private func rollBack() throws(GalleryError) {
        guard sqlite3_get_autocommit(pointer) == 0 else { return }
        try run("ROLLBACK")
    }

    /// Deleting takes room before it gives some: every page that changes goes to the write-ahead log first.
    /// Once that has been folded into the file it is written from its start again, and takes no more of the
    /// disk than it did.
    ///
    /// It waits for no reader, and what fails in it fails in the write behind it too.
    func foldLog() { try? execute(script: "PRAGMA wal_checkpoint(PASSIVE)") }
}
