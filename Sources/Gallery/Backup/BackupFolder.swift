import Encodings
import Glibc

/// The folder that backups stand in. Files that are not ours by their names are left alone.
struct BackupFolder {
    let path: String

    func file(_ name: String) -> String { path + "/" + name }

    /// Makes the folder where it is missing, for its owner alone: backups are personal data.
    func prepare() throws(GalleryError) {
        guard let number = Self.make(path) else { return }
        throw refused(BackupFault(errno: number))
    }

    /// Keeps other backups out until it is released, those of other processes too: what lies about half done
    /// then is a killed one's, and a name that is free stays free.
    func lock() throws(GalleryError) -> DatabaseLock {
        do throws(GalleryError) {
            return try DatabaseLock(database: file("backup"))
        } catch .databaseRefused(_, .inUse(let process)) {
            throw refused(.running(process: process))
        } catch .databaseRefused(_, .inaccessible(let reason, let number)) {
            throw refused(number.map(BackupFault.init(errno:)) ?? .inaccessible(reason))
        } catch {
            throw error
        }
    }

    /// Deletes what backups of a killed process left.
    func removeLeftovers() {
        for name in names() where BackupName.isPassing(name) { unlink(file(name)) }
    }

    /// - Throws: `full` where the disk has less room than `bytes`. Better now than after it was filled: the
    ///   database may be on it, too.
    func requireRoom(for bytes: Int) throws(GalleryError) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw refused(BackupFault(errno: errno)) }
        let (free, isMore) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        guard isMore || free >= UInt64(max(bytes, 0)) else { throw refused(.full) }
    }

    /// The first name of `time` that nothing has, be it a file or not.
    func freeName(at time: Timestamp) -> BackupName {
        var name = BackupName(time: time, number: 1)
        var status = stat()
        while lstat(file(name.text), &status) == 0 { name = BackupName(time: time, number: name.number + 1) }
        return name
    }

    /// The backups, oldest first.
    func backups() -> [BackupName] { names().compactMap { BackupName($0) }.sorted() }

    /// Deletes the oldest beyond `count`, never `newest`, and answers which; 0 keeps all.
    func prune(to count: Int, besides newest: BackupName) -> [String] {
        guard count > 0 else { return [] }
        let surplus = backups().filter { $0 != newest }.dropLast(count - 1)
        // One that can't be deleted is in the way of nothing; the next backup tries again.
        return surplus.filter { unlink(file($0.text)) == 0 }.map(\.text)
    }

    func inventory() -> BackupInventory {
        let all = backups()
        let newest = all.last.flatMap { name in
            size(of: name).map { BackupInventory.Newest(createdAt: name.time, bytes: $0) }
        }
        return BackupInventory(count: all.count, newest: newest)
    }

    /// - Returns: bytes; nil where there is no such file.
    func size(of name: BackupName) -> Int? {
        var status = stat()
        return stat(file(name.text), &status) == 0 ? Int(status.st_size) : nil
    }

    /// Brings a file's content to the disk, or the names in a folder.
    func sync(_ path: String) throws(GalleryError) {
        if let number = Self.sync(path) { throw refused(BackupFault(errno: number)) }
    }

    func refused(_ fault: BackupFault) -> GalleryError { .backupRefused(folder: path, fault) }

    /// Those of regular files: a link or a folder that is called as a backup is none of ours.
    private func names() -> [String] {
        FolderNames.read(path).filter { name in
            var status = stat()
            return lstat(file(name), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// - Returns: `errno` where it went wrong.
    private static func make(_ path: String) -> Int32? {
        if mkdir(path, 0o700) == 0 { return sync(parent(of: path)) }
        let number = errno
        var status = stat()
        if number == EEXIST {
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? nil : ENOTDIR
        }
        let parent = parent(of: path)
        guard number == ENOENT, parent != path else { return number }
        if let number = make(parent) { return number }
        // Somebody else may have made it meanwhile.
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return errno }
        return sync(parent)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func sync(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? nil : errno
    }
}
