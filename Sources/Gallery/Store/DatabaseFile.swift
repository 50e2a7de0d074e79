import Files
import Glibc

/// The database file before SQLite is let near it.
struct DatabaseFile {
    /// `ARCf`: says whose file this is, in the header (offset 68) and to `file(1)`.
    static let applicationID: UInt32 = 0x4152_4366
    /// What every SQLite file begins with.
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let headerSize = 100

    enum State {
        /// There is none, or an empty one.
        case fresh
        /// The header says that it is ours.
        case ours
    }

    let path: String

    /// Looks at the header only.
    ///
    /// - Throws: `databaseRefused` for a file that isn't SQLite's or isn't ours, or has other names.
    func state() throws(GalleryError) -> State {
        try requireOneName()
        guard let header = try header(), !header.isEmpty else { return .fresh }
        guard header.starts(with: Self.magic), header.count == Self.headerSize else {
            throw .databaseRefused(path: path, .notADatabase)
        }
        let id = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard id == Self.applicationID else {
            throw .databaseRefused(path: path, .foreign(applicationID: id))
        }
        return .ours
    }

    /// The lock and the log are found by the file's name, so who opens it by another knows of neither.
    ///
    /// - Throws: `databaseRefused` for a file that has hard links.
    func requireOneName() throws(GalleryError) {
        guard let status = try? FileStatus(path), status.isFile, status.names > 1 else { return }
        throw .databaseRefused(path: path, .linked(names: status.names))
    }

    /// Makes the file, readable by its owner only; SQLite gives its log the same mode.
    func create() throws(GalleryError) {
        do { _ = try OpenFile(path, O_RDWR | O_CREAT, mode: 0o600) } catch { throw inaccessible(error) }
    }

    /// Which file the path leads to; nil where it leads to none.
    var identity: FileStatus.Identity? { try? FileStatus(path).identity }

    /// Which file the write-ahead log is; nil where there is none.
    var logIdentity: FileStatus.Identity? { try? FileStatus(log).identity }

    private var log: String { FilePath.database(path) + "-wal" }

    /// Which file the path leads to and when it was changed last; nil where it leads to none.
    var version: Version? {
        (try? FileStatus(path)).map {
            Version(identity: $0.identity, size: $0.size, changedAt: $0.changedAt)
        }
    }

    /// Whether nothing can be written where the file is; by another way to it, perhaps.
    var isOnReadOnlyMount: Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Whether this process may read the file and not make a log beside it.
    var takesNoLog: Bool {
        access(path, R_OK) == 0 && access(FilePath.folder(of: FilePath.database(path)), W_OK) != 0
    }

    struct Version: Equatable {
        let identity: FileStatus.Identity
        let size: Int
        let changedAt: FileStatus.Instant
    }

    /// Whether a write-ahead log with content lies beside the file, left by a process that was killed.
    var hasLog: Bool { (try? FileStatus(log).size) ?? 0 > 0 }

    /// `nil` when there is no file.
    private func header() throws(GalleryError) -> [UInt8]? {
        do { return try OpenFile(path).read(upTo: Self.headerSize) } catch {
            if error.number == ENOENT { return nil }
            throw inaccessible(error)
        }
    }

    private func inaccessible(_ error: FileError) -> GalleryError {
        .databaseRefused(path: path, DatabaseFault(errno: error.number))
    }
}
