import Dispatch
import Glibc

/// The database as a backup reads it: on a connection of its own, beside whoever has it open, and without our
/// lock. Nothing is written to it, neither a migration nor the log of a killed process.
///
/// The file is looked at through SQLite alone: closing any other descriptor of it would drop the locks that
/// this process may have on it.
struct BackupSource {
    /// How long a statement waits for a start or an end of the service.
    static let busyTimeoutMilliseconds: Int32 = 5000

    let connection: SQLiteConnection
    /// Steps that its schema has taken.
    let steps: Int
    /// What a copy of it takes.
    let bytes: Int

    /// - Throws: `databaseRefused` for a file that is not there, is not ours, or is of a newer version: an
    ///   older one can't tell whether its copy is sound.
    init(path: String, on queue: DispatchQueue) throws(GalleryError) {
        let file = DatabaseFile(path: path)
        let hadLog = file.hasLog
        (connection, steps, bytes) = try file.refusing { () throws(GalleryError) in
            let connection = try SQLiteConnection(path: path, on: queue)
            try connection.harden(busyTimeoutMilliseconds: Self.busyTimeoutMilliseconds)
            try connection.setCheckpointsOnClose(!hadLog)
            let id = try connection.applicationID()
            guard id == DatabaseFile.applicationID else {
                throw .databaseRefused(path: path, .foreign(applicationID: id))
            }
            let steps = try Migrator(connection: connection, path: path).appliedCount()
            return (connection, steps, try connection.bytesInUse())
        }
    }
}
