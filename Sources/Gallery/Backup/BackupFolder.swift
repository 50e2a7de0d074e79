import Encodings
import Files
import Glibc

/// The folder that backups stand in. Files that are not ours by their names are left alone.
struct BackupFolder {
    let path: String

    func file(_ name: String) -> String { path + "/" + name }

    /// Makes the folder where it is missing, for its owner alone: backups are personal data.
    func prepare() throws(GalleryError) {
        do { try Folder.make(path, isSynced: true) } catch { throw refused(BackupFault(error)) }
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
        while (try? FileStatus(file(name.text), followsLinks: false)) != nil {
            name = BackupName(time: time, number: name.number + 1)
        }
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
    func size(of name: BackupName) -> Int? { try? FileStatus(file(name.text)).size }

    /// Brings a file's content to the disk, or the names in a folder.
    func sync(_ path: String) throws(GalleryError) {
        do { try OpenFile(path).sync() } catch { throw refused(BackupFault(error)) }
    }

    func refused(_ fault: BackupFault) -> GalleryError { .backupRefused(folder: path, fault) }

    /// Those of regular files: a link or a folder that is called as a backup is none of ours.
    private func names() -> [String] {
        Folder.names(in: path).filter { name in
            (try? FileStatus(file(name), followsLinks: false))?.isFile == true
        }
    }
}
