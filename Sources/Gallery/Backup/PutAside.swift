import Encodings
import Files
import Glibc

/// The files of a database on their way out of the place of another one: into a folder beside it, for its
/// owner alone.
struct PutAside {
    /// The file itself first: with its log gone before it, it would for a moment pass for a database without
    /// its newest writes.
    private static let endings = ["", "-wal", "-shm", "-journal"]

    private let database: String
    private let time: Timestamp
    private var moved: [(from: String, to: String)] = []
    /// Nil until something was put there.
    private(set) var folder: String?

    init(database: String, at time: Timestamp) {
        (self.database, self.time) = (database, time)
    }

    /// Moves what there is; where there is nothing, no folder is made.
    mutating func take() throws(RestoreFault) {
        let present = Self.endings.filter { ending in
            (try? FileStatus(database + ending, followsLinks: false)) != nil
        }
        guard !present.isEmpty else { return }
        let folder = try makeFolder()
        self.folder = folder
        for ending in present {
            let (from, to) = (database + ending, folder + "/" + FilePath.last(of: database) + ending)
            guard rename(from, to) == 0 else { throw RestoreFault(errno: errno) }
            moved.append((from, to))
        }
        do throws(FileError) {
            try Folder.sync(folder)
            try Folder.sync(FilePath.folder(of: database))
        } catch { throw RestoreFault(error) }
    }

    /// Undoes what was done.
    ///
    /// - Returns: whether everything is in its place again; what is not is in `folder`.
    mutating func putBack() -> Bool {
        var isBack = true
        for (from, to) in moved.reversed() where rename(to, from) != 0 { isBack = false }
        guard isBack else { return false }
        moved.removeAll()
        if let folder { rmdir(folder) }
        folder = nil
        // Only names that are back on the disk survive a power cut; there is nobody to tell but of the first
        // failure.
        try? Folder.sync(FilePath.folder(of: database))
        return true
    }

    private func makeFolder() throws(RestoreFault) -> String {
        let name = FilePath.folder(of: database) + "/before-restore-" + BackupName.stamp(of: time)
        var (path, number) = (name, 1)
        while mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw RestoreFault(errno: errno) }
            number += 1
            path = "\(name)-\(number)"
        }
        return path
    }
}
