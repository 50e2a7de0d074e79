import CSQLite

/// What SQLite answered, and to which statement. Bound values never stand in it: they are personal data.
package struct SQLiteError: Error, Sendable, Equatable {
    /// The primary result code, `SQLITE_FULL` say.
    package let code: Int32
    /// The extended result code, `SQLITE_IOERR_FSYNC` say.
    package let extendedCode: Int32
    package let message: String
    /// The statement's text, with its placeholders.
    package let sql: String?

    /// Whether the file has reached its limit or the disk its end.
    package var isFull: Bool { code == SQLITE_FULL }

    /// Whether the file's content is wrong.
    var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
}
