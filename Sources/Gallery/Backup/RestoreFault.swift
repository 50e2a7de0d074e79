import Files
import Glibc

/// Why nothing was restored.
package enum RestoreFault: Error, Sendable, Equatable {
    /// The file is the database that it would take the place of.
    case isTheDatabase
    /// A log lies beside the file: by itself the file may be half of a database.
    case hasLog(String)
    /// It holds no database.
    case empty
    /// What SQLite finds wrong with it.
    case damaged(String)
    /// The restore failed, and so did putting the database back, whose files are in this folder.
    case leftAside(String)
    /// The disk has no room for it.
    case full
    /// The file can't be read, or its place not be written; the system's words.
    case inaccessible(String)

    /// What the system's last call failed at.
    init(errno number: Int32) {
        switch number {
        case ENOSPC, EDQUOT: self = .full
        default: self = .inaccessible(systemReason(number))
        }
    }

    init(_ error: FileError) { self.init(errno: error.number) }
}

extension RestoreFault {
    /// One sentence for a person.
    package func sentence(file: String) -> String {
        let nothing = "nothing was restored, the database is as it was: "
        return switch self {
        case .leftAside(let folder):
            "nothing was restored, and the database could not be put back: its files are in \(folder)"
        case .isTheDatabase: nothing + "\(file) is the database itself"
        case .hasLog(let log):
            nothing
                + "\(log) lies beside \(file), which without it may lack its newest writes; `arcface backup` makes one "
                + "file of both, and a log that belongs to another database has to be moved away"
        case .empty: nothing + "\(file) is empty"
        case .damaged(let finding): nothing + "\(file) is damaged (\(finding))"
        case .full: nothing + "there is no room for a copy of \(file)"
        case .inaccessible(let reason): nothing + "\(file): \(reason)"
        }
    }
}
