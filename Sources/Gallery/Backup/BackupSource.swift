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
    private let file: DatabaseFile
    /// As it was when it was opened, where it is read without SQLite's locks.
    private let unchanging: DatabaseFile.Version?

    /// - Throws: `databaseRefused` for a file that is not there, is not ours, or is of a newer version: an
    ///   older one can't tell whether its copy is sound.
    init(path: String, on queue: DispatchQueue) throws(GalleryError) {
        let file = DatabaseFile(path: path)
        try file.requireOneName()
        let hadLog = file.hasLog
        // Where nothing can be written SQLite can't make the log that it wants to read beside. Whoever has
        // the database open has made one.
        let unchanging = file.logIdentity == nil && file.isOnReadOnlyMount ? file.version : nil
        (self.file, self.unchanging) = (file, unchanging)
        do throws(GalleryError) {
            (connection, steps, bytes) = try file.refusing { () throws(GalleryError) in
                let connection =
                    try unchanging == nil
                    ? SQLiteConnection(path: path, on: queue)
                    : SQLiteConnection(unchanging: path, on: queue)
                try connection.harden(busyTimeoutMilliseconds: Self.busyTimeoutMilliseconds)
                try connection.setCheckpointsOnClose(!hadLog)
                let id = try connection.applicationID()
                guard id == DatabaseFile.applicationID else {
                    throw .databaseRefused(path: path, .foreign(applicationID: id))
                }
                let steps = try Migrator(connection: connection, path: path).appliedCount()
                return (connection, steps, try connection.bytesInUse())
            }
        } catch .databaseRefused(_, .inaccessible) where file.takesNoLog {
            throw .databaseRefused(path: path, .inaccessible(Self.needsLog, errno: nil))
        } catch {
            throw error
        }
    }

    private static let needsLog =
        "SQLite needs its log (-wal, -shm) beside the file to read it, and its folder can't be written; read it as its "
        + "owner, or copy the file and its log elsewhere while nothing has it open"

    /// Whether what was read is one state of the database.
    ///
    /// - Throws: `databaseRefused` where somebody has begun to write to it by another way than ours.
    func requireUnchanged() throws(GalleryError) {
        guard let unchanging, file.hasLog || file.version != unchanging else { return }
        throw .databaseRefused(path: file.path, .inUse(process: nil))
    }
}
