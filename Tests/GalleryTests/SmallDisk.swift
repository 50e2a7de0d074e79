import CSQLite
import Foundation
import Glibc
import Locks

/// A disk with little room, for this process: SQLite's writes fail as on a full disk where the files of a
/// folder would take more than they may together. For exit tests only, since it stays in place.
enum SmallDisk {
    private struct Limits {
        var folder = ""
        /// What all files may take.
        var bytes = Int.max
        /// From the first refusal on nothing can be written at all.
        var staysFull = false
        /// What a write that is refused fails at.
        var failure = ENOSPC
        var refusals = 0
        var isFull: Bool { staysFull && refusals > 0 }
    }

    private static let limits = Locked(Limits())

    /// How many writes were refused.
    static var refusals: Int { limits.withLock { $0.refusals } }

    /// - Parameter staysFull: As if something else took every byte that becomes free.
    static func limit(
        _ folder: String, to bytes: Int, staysFull: Bool = false, failure: Int32 = ENOSPC
    ) throws {
        limits.withLock {
            $0 = Limits(folder: folder, bytes: bytes, staysFull: staysFull, failure: failure)
        }
        typealias Write = @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int
        typealias WriteAt = @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int
        let write: Write = { file, bytes, count in
            guard SmallDisk.takes(file, upTo: Int(lseek(file, 0, SEEK_CUR)) + count) else { return -1 }
            return Glibc.write(file, bytes, count)
        }
        let writeAt: WriteAt = { file, bytes, count, offset in
            guard SmallDisk.takes(file, upTo: Int(offset) + count) else { return -1 }
            return pwrite(file, bytes, count, offset)
        }
        guard let system = sqlite3_vfs_find(nil), let set = system.pointee.xSetSystemCall else {
            throw Failure()
        }
        // Which of them SQLite uses depends on how it was built; it answers those that it knows by name.
        let calls = [
            ("write", unsafeBitCast(write, to: sqlite3_syscall_ptr.self)),
            ("pwrite", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self)),
            ("pwrite64", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self)),
        ]
        for (name, call) in calls { guard set(system, name, call) == SQLITE_OK else { throw Failure() } }
    }

    /// Room for everything.
    static func free() { limits.withLock { $0 = Limits() } }

    struct Failure: Error {}

    /// Whether the file may be written up to `end`; else `errno` says that the disk is full.
    private static func takes(_ file: Int32, upTo end: Int) -> Bool {
        let (fits, failure) = limits.withLock { limits in
            var status = stat()
            fstat(file, &status)
            let growth = max(0, end - Int(status.st_size))
            let fits = !limits.isFull && (growth == 0 || used(limits.folder) + growth <= limits.bytes)
            if !fits { limits.refusals += 1 }
            return (fits, limits.failure)
        }
        if !fits { errno = failure }
        return fits
    }

    private static func used(_ folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            var status = stat()
            return stat(folder + "/" + name, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }
}
