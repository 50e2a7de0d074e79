import Files
import Glibc

/// Why a file can't serve as the database.
package enum DatabaseFault: Sendable, Equatable {
    /// Another process (or another store of this one) has it; its process id where that is known.
    case inUse(process: Int32?)
    /// It is no SQLite file at all.
    case notADatabase
    /// A SQLite file of some other program, by its application id.
    case foreign(applicationID: UInt32)
    /// There is no database, or an empty file, but the write-ahead log of one, which a new database would
    /// throw away.
    case lostBesideLog
    /// The path leads to another file than the one that was opened, or to none: what is written would be lost
    /// with it.
    case replaced
    /// It has more than one name (hard links), and SQLite keeps a write-ahead log for each.
    case linked(names: Int)
    /// The first thing that SQLite finds wrong with it.
    case damaged(String)
    /// A later version of this program wrote it: it has migration `found`, we know up to `known`.
    case newerSchema(found: Int, known: Int)
    /// A migration that was applied to it is not the one that we know by that number.
    case migrationChanged(number: Int, name: String)
    /// The file or its folder can't be opened, made or written; in words, and by the system's number where a
    /// call of its failed.
    case inaccessible(String, errno: Int32?)

    /// What the system's last call failed at.
    init(errno number: Int32) { self = .inaccessible(systemReason(number), errno: number) }

    /// A lock that could not be had: somebody has it, or the file system has none, which is nobody's fault.
    package init(lockRefusedWith number: Int32, holder: Int32?) {
        self = number == EWOULDBLOCK ? .inUse(process: holder) : DatabaseFault(errno: number)
    }
}
