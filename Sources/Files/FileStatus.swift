import Glibc

/// What the system says of what is at a path.
package struct FileStatus: Sendable {
    /// Which file it is, whatever it is called.
    package struct Identity: Equatable, Sendable {
        let device, number: UInt64
    }

    /// A time of the file system's clock.
    package struct Instant: Equatable, Sendable {
        let seconds, nanoseconds: Int
    }

    package let identity: Identity
    /// In bytes.
    package let size: Int
    /// How many the file has: one, unless somebody made hard links.
    package let names: Int
    /// When its content was changed last.
    package let changedAt: Instant
    private let kind: mode_t

    package var isFile: Bool { kind == S_IFREG }
    package var isFolder: Bool { kind == S_IFDIR }

    /// - Parameter followsLinks: whether a link is what it leads to, else the link itself.
    package init(_ path: String, followsLinks: Bool = true) throws(FileError) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
            throw FileError(path: path, number: errno)
        }
        self.init(status)
    }

    /// Of an open file; nil where the descriptor is none.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        size = Int(status.st_size)
        names = Int(status.st_nlink)
        changedAt = Instant(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        kind = status.st_mode & S_IFMT
    }
}
