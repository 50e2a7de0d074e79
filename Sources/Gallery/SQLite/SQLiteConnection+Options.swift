import CSQLite

extension SQLiteConnection {
    /// What every connection to the database is set to.
    ///
    /// The schema of a damaged or doctored file gets no chance to run functions (`trusted_schema`) or to
    /// write where it shouldn't (`DEFENSIVE`); deleted faces are overwritten, since they are personal data.
    func harden(busyTimeoutMilliseconds: Int32) throws(GalleryError) {
        sqlite3_busy_timeout(pointer, busyTimeoutMilliseconds)
        try setOption(SQLITE_DBCONFIG_DEFENSIVE, true)
        try setOption(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        try setOption(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false)
        try execute(
            script: """
                PRAGMA foreign_keys = ON;
                PRAGMA cell_size_check = ON;
                PRAGMA secure_delete = ON;
                PRAGMA synchronous = FULL;
                """)
    }

    /// Whether closing the last connection folds the write-ahead log into the file.
    func setCheckpointsOnClose(_ value: Bool) throws(GalleryError) {
        try setOption(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !value)
    }

    /// Whether the file could be opened for reading only; SQLite then goes on without a word.
    var isReadOnly: Bool { sqlite3_db_readonly(pointer, "main") != 0 }

    /// Refuses every write from now on.
    func makeReadOnly() throws(GalleryError) { try execute(script: "PRAGMA query_only = ON") }

    private func setOption(_ option: Int32, _ value: Bool) throws(GalleryError) {
        guard csqlite_set_option(pointer, option, value ? 1 : 0) == SQLITE_OK else {
            throw .database(SQLiteError(pointer, sql: nil))
        }
    }
}
