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
    /// - Throws: `databaseRefused` for a file that isn't SQLite's or isn't ours.
    func state() throws(GalleryError) -> State {
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

    /// Makes the file, readable by its owner only; SQLite gives its log the same mode.
    func create() throws(GalleryError) {
        do { _ = try OpenFile(path, O_RDWR | O_CREAT, mode: 0o600) } catch { throw inaccessible(error) }
    }

    /// Which file the path leads to; nil where it leads to none.
    var identity: FileStatus.Identity? { try? FileStatus(path).identity }

    /// Which file the write-ahead log is; nil where there is none.
    var logIdentity: FileStatus.Identity? { try? FileStatus(log).identity }

    private var log: String { FilePath.database(path) + "-wal" }

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
