import Dispatch
import Files
import Glibc

/// A copy of a backup beside the database whose place it is to take, under a passing name until it is found
/// sound.
struct RestoredCopy {
    let file: String
    private let database: String

    init(of file: String, for database: String) { (self.file, self.database) = (file, database) }

    private var partial: String { database + ".restoring" }

    /// Copies the bytes. The database's lock keeps everybody out who makes such names, so what lies there is
    /// a killed one's.
    func make() throws(GalleryError) {
        do throws(RestoreFault) {
            try requireWhole()
            discard()
            try copy()
            // Whoever opened the file meanwhile has written to a log beside it.
            try requireNoLog()
        } catch { throw .restoreRefused(file: file, error) }
    }

    /// Holds the copy, and not the file, against SQLite's rules and ours: it is what will be used. Writes
    /// nothing.
    ///
    /// - Returns: what is in it, and the steps that its schema has taken.
    func check(on queue: DispatchQueue) throws(GalleryError) -> (DatabaseContents, steps: Int) {
        do throws(GalleryError) {
            return try look(on: queue)
        } catch .databaseRefused(_, .damaged(let finding)) {
            throw .restoreRefused(file: file, .damaged(finding))
        } catch .databaseRefused(_, let fault) {
            // Of the file that was given, not of the copy.
            throw .databaseRefused(path: file, fault)
        } catch .database(let error) where error.isFull {
            throw .restoreRefused(file: file, .full)
        } catch {
            throw error
        }
    }

    /// The last step: from here on it is the database.
    func giveName() throws(RestoreFault) {
        guard rename(partial, database) == 0 else { throw RestoreFault(errno: errno) }
        do { try Folder.sync(FilePath.folder(of: database)) } catch { throw RestoreFault(error) }
    }

    /// Takes away what a restore left beside a database that was killed.
    static func removeLeftovers(of database: String) {
        RestoredCopy(of: "", for: FilePath.database(database)).discard()
    }

    /// Takes everything away that has the passing name.
    func discard() { for ending in ["", "-wal", "-shm", "-journal"] { unlink(partial + ending) } }

    func bytes(of path: String) -> Int { (try? FileStatus(path).size) ?? 0 }

    private func requireWhole() throws(RestoreFault) {
        let given: FileStatus
        do { given = try FileStatus(file) } catch { throw RestoreFault(error) }
        guard given.isFile else { throw .inaccessible("it is not a file") }
        guard given.size > 0 else { throw .empty }
        if (try? FileStatus(database))?.identity == given.identity { throw .isTheDatabase }
        if (try? FileStatus(partial))?.identity == given.identity {
            throw .inaccessible("it is what a restore left that was killed; give it another name first")
        }
        try requireNoLog()
    }

    private func requireNoLog() throws(RestoreFault) {
        let log = FilePath.database(file)
        for ending in ["-wal", "-journal"] where bytes(of: log + ending) > 0 { throw .hasLog(log + ending) }
    }

    private func copy() throws(RestoreFault) {
        do throws(FileError) {
            let source = try OpenFile(file)
            // Personal data: its owner's alone, and no link that somebody has put there.
            let target = try OpenFile(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            while let piece = try source.nextPiece() { try target.write(piece) }
            try target.sync()
        } catch { throw RestoreFault(error) }
    }

    private func look(on queue: DispatchQueue) throws(GalleryError) -> (DatabaseContents, steps: Int) {
        let path = partial
        let copy = DatabaseFile(path: path)
        // A file that is no database of ours is refused by its header, before SQLite is let near it.
        guard try copy.state() == .ours else { throw .restoreRefused(file: file, .empty) }
        let found = try copy.refusing { () throws(GalleryError) in
            let connection = try SQLiteConnection(path: path, on: queue)
            try connection.harden(busyTimeoutMilliseconds: BackupSource.busyTimeoutMilliseconds)
            try connection.makeReadOnly()
            let steps = try Migrator(connection: connection, path: path).appliedCount()
            try requireSound(connection, steps: steps)
            return (try DatabaseContents(of: connection), steps)
        }
        // Of a file in that mode SQLite makes a log to read it, and takes it away in the end; one that stayed
        // would be another file's.
        for ending in ["-wal", "-shm"] { unlink(path + ending) }
        return found
    }

    private func requireSound(_ connection: SQLiteConnection, steps: Int) throws(GalleryError) {
        let finding = try connection.first("PRAGMA integrity_check(1)") { $0.text(0) }
        if let finding, finding != "ok" { throw .restoreRefused(file: file, .damaged(finding)) }
        let orphan = try connection.first("PRAGMA foreign_key_check") { row in
            "row \(row.integer(1)) of table \(row.text(0)) refers to a row of \(row.text(2)) that is not there"
        }
        if let orphan { throw .restoreRefused(file: file, .damaged(orphan)) }
        // What an older version lacks is no fault of the file's.
        guard steps == Migration.all.count else { return }
        if let missing = try SchemaCheck(connection: connection).problems().first {
            throw .restoreRefused(file: file, .damaged(missing))
        }
    }
}
