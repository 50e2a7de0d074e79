import CSQLite

extension SQLiteConnection {
    /// Copies the whole database, as this connection sees it, into `target`, which must be empty.
    ///
    /// Inside a read transaction it is one snapshot, however much is written meanwhile.
    func copyDatabase(to target: SQLiteConnection) throws(GalleryError) {
        guard let backup = sqlite3_backup_init(target.pointer, "main", pointer, "main") else {
            throw .database(SQLiteError(target.pointer, sql: nil))
        }
        var code = SQLITE_OK
        while code == SQLITE_OK { code = sqlite3_backup_step(backup, 256) }
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else {
            let failed = code == SQLITE_DONE ? end : code
            throw .database(
                SQLiteError(
                    code: failed & 0xFF, extendedCode: failed,
                    message: String(cString: sqlite3_errstr(failed)),
                    sql: nil))
        }
    }
}
