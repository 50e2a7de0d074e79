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
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 else {
            return
        }
        throw .databaseRefused(path: path, .linked(names: Int(status.st_nlink)))
    }

    /// Makes the file, readable by its owner only; SQLite gives its log the same mode.
    func create() throws(GalleryError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw inaccessible() }
        Glibc.close(descriptor)
    }

    /// Which file the path leads to; nil where it leads to none.
    var identity: Identity? { Identity(path) }

    /// Which file the write-ahead log is; nil where there is none.
    var logIdentity: Identity? { Identity(log) }

    private var log: String { FilePath.database(path) + "-wal" }

    /// Which file the path leads to and when it was changed last; nil where it leads to none.
    var version: Version? {
        var status = stat()
        guard let identity, stat(path, &status) == 0 else { return nil }
        return Version(
            identity: identity, size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
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
        let identity: Identity
        let size, seconds, nanoseconds: Int
    }

    /// A file, whatever it is called.
    struct Identity: Equatable {
        let device, number: UInt64

        fileprivate init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
        }
    }

    /// Whether a write-ahead log with content lies beside the file, left by a process that was killed.
    var hasLog: Bool {
        var status = stat()
        return stat(log, &status) == 0 && status.st_size > 0
    }

    /// `nil` when there is no file.
    private func header() throws(GalleryError) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw inaccessible()
        }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.headerSize)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw inaccessible() }
        return Array(bytes[..<count])
    }

    private func inaccessible() -> GalleryError {
        .databaseRefused(path: path, DatabaseFault(errno: errno))
    }
}
