import CSQLite
import Glibc

/// What SQLite answered, and to which statement. Bound values never stand in it: they are personal data.
package struct SQLiteError: Error, Sendable, Equatable {
    /// The primary result code, `SQLITE_FULL` say.
    package let code: Int32
    /// The extended result code, `SQLITE_IOERR_FSYNC` say.
    package let extendedCode: Int32
    package let message: String
    /// The statement's text, with its placeholders.
    package let sql: String?
    /// What the system call behind it failed at; 0 where there was none.
    package var systemError: Int32 = 0

    /// `SQLITE_IOERR_WRITE` and `SQLITE_IOERR_FSYNC`, macros that Swift does not see. Some file systems look
    /// for room when a file is brought to the disk.
    private static let failedWrites = [SQLITE_IOERR | 3 << 8, SQLITE_IOERR | 4 << 8]

    /// Whether the file has reached its limit or the disk its end. SQLite itself knows a full disk only, and
    /// not what a user or a process may take of it.
    package var isFull: Bool { code == SQLITE_FULL || isFailedWrite && Self.fullDisk.contains(systemError) }

    private static let fullDisk = [ENOSPC, EFBIG, EDQUOT]

    var isFailedWrite: Bool { Self.failedWrites.contains(extendedCode) }

    /// Whether the file's content is wrong.
    var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
}
