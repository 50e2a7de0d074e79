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

    /// A full disk or an I/O error may have rolled back on its own; a roll-back that fails is the graver news.
    private func rollBack() throws(GalleryError) {
        guard sqlite3_get_autocommit(pointer) == 0 else { return }
        try run("ROLLBACK")
    }
}
