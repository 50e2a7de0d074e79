import Files
import Glibc

/// Why there is no backup.
package enum BackupFault: Sendable, Equatable {
    /// Another one to the same folder is under way, of this process or of another.
    case running(process: Int32?)
    /// It was told to end.
    case cancelled
    /// The disk has no room for it.
    case full
    /// The folder or a file in it can't be made or written; the system's words.
    case inaccessible(String)
    /// What SQLite finds wrong with the database or with the copy of it.
    case damaged(String)

    /// What the system's last call failed at.
    init(errno number: Int32) {
        switch number {
        case ENOSPC, EDQUOT: self = .full
        default: self = .inaccessible(systemReason(number))
        }
    }

    init(_ error: FileError) { self.init(errno: error.number) }
}

extension BackupFault {
    /// One sentence for a person.
    package func sentence(folder: String) -> String {
        switch self {
        case .running(.some(let process)):
            "a backup to \(folder) is under way in process \(process), and one is made at a time"
        case .running(nil): "a backup to \(folder) is under way, and one is made at a time"
        case .cancelled: "the backup was given up; nothing of it is left"
        case .full: "there is no room for the backup in \(folder)"
        case .inaccessible(let reason): "no backup can be written to \(folder): \(reason)"
        case .damaged(let finding):
            "no backup was made, as the database is damaged (\(finding)); `arcface check` tells more"
        }
    }
}
