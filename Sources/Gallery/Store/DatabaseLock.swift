import Files
import Glibc
import Locks

/// Keeps a database to one store: an advisory lock (`flock`) on a file beside it, which also names the
/// process.
///
/// SQLite alone would let two servers share the file; each would search an index that misses the other's
/// faces. The lock goes with the process, however that dies. The file is not the database itself, since
/// closing any descriptor of that one would drop SQLite's own locks.
final class DatabaseLock: Sendable {
    /// `nil` once released.
    private let descriptor: Locked<Int32?>
    private let path: String

    /// Takes the lock of the database at `database`, beside the file that its links lead to: all names of a
    /// file are one lock.
    ///
    /// - Throws: `databaseRefused(.inUse)` when it is taken, `.inaccessible` when the file can't be made.
    init(database: String) throws(GalleryError) {
        path = FilePath.database(database) + ".lock"
        while true {
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw .databaseRefused(path: database, DatabaseFault(errno: errno))
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let failure = errno
                let holder = Self.readProcess(descriptor)
                Glibc.close(descriptor)
                throw .databaseRefused(
                    path: database, DatabaseFault(lockRefusedWith: failure, holder: holder))
            }
            if Self.isStill(path, descriptor) {
                Self.write(String(getpid()) + "\n", to: descriptor)
                self.descriptor = Locked(descriptor)
                return
            }
            // Its last owner took the file away between our open and our lock: what we hold has no name any
            // more.
            Glibc.close(descriptor)
        }
    }

    deinit { release() }

    /// Lets go of the lock and takes its file away; once is enough.
    func release() {
        descriptor.withLock { descriptor in
            guard let held = descriptor else { return }
            unlink(path)
            Glibc.close(held)
            descriptor = nil
        }
    }

    private static func isStill(_ path: String, _ descriptor: Int32) -> Bool {
        guard let named = try? FileStatus(path), let held = FileStatus(descriptor: descriptor) else {
            return false
        }
        return named.identity == held.identity
    }

    // Only for the message of whoever comes second: a failure to write it costs that number and nothing else.
    private static func write(_ text: String, to descriptor: Int32) {
        _ = ftruncate(descriptor, 0)
        _ = text.utf8CString.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count - 1, 0) }
    }

    private static func readProcess(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
