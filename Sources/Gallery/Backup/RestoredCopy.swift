import Dispatch
import Glibc

/// A copy of a backup beside the database whose place it is to take, under a passing name until it is found
/// sound.
struct RestoredCopy {
    private static let pieceSize = 1 << 20

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
        try FolderNames.sync(FilePath.folder(of: database))
    }

    /// Takes away what a restore left beside a database that was killed.
    static func removeLeftovers(of database: String) {
        RestoredCopy(of: "", for: FilePath.database(database)).discard()
    }

    /// Takes everything away that has the passing name.
    func discard() { for ending in ["", "-wal", "-shm", "-journal"] { unlink(partial + ending) } }

    func bytes(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func requireWhole() throws(RestoreFault) {
        var (given, present) = (stat(), stat())
        guard stat(file, &given) == 0 else { throw RestoreFault(errno: errno) }
        guard given.st_mode & S_IFMT == S_IFREG else { throw .inaccessible("it is not a file") }
        guard given.st_size > 0 else { throw .empty }
        if stat(database, &present) == 0, (present.st_dev, present.st_ino) == (given.st_dev, given.st_ino) {
            throw .isTheDatabase
        }
        if stat(partial, &present) == 0, (present.st_dev, present.st_ino) == (given.st_dev, given.st_ino) {
            throw .inaccessible("it is what a restore left that was killed; give it another name first")
        }
        try requireNoLog()
    }

    private func requireNoLog() throws(RestoreFault) {
        let log = FilePath.database(file)
        for ending in ["-wal", "-journal"] where bytes(of: log + ending) > 0 { throw .hasLog(log + ending) }
    }

    private func copy() throws(RestoreFault) {
        let source = open(file, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw RestoreFault(errno: errno) }
        defer { close(source) }
        // Personal data: its owner's alone, and no link that somebody has put there.
        let target = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw RestoreFault(errno: errno) }
        defer { close(target) }
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        while true {
            let count = read(source, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw RestoreFault(errno: errno) }
            if count == 0 { break }
            try put(piece[..<count], to: target)
        }
        guard fsync(target) == 0 else { throw RestoreFault(errno: errno) }
    }

    private func put(_ bytes: ArraySlice<UInt8>, to target: Int32) throws(RestoreFault) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw RestoreFault(errno: errno) }
            rest = rest.dropFirst(count)
        }
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
