import Dispatch
package import Encodings

/// Makes backups of a database while others read and write it, in this process or in another: consistent
/// copies in one file each, which open by themselves.
package struct GalleryBackup: Sendable {
    private let database: String
    private let folder: BackupFolder
    private let keep: Int
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - folder: made with the first backup where it is missing.
    ///   - keep: how many backups may stand in the folder; the oldest beyond go after a new one. 0 keeps all.
    package init(
        of database: String, to folder: String, keeping keep: Int,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.database = database
        self.folder = BackupFolder(path: folder)
        self.keep = keep
        self.now = now
    }

    /// Makes one, on a queue of its own. Neither readers nor writers wait; the write-ahead log can't shrink
    /// meanwhile.
    ///
    /// - Parameters:
    ///   - cancellation: ends it soon, with nothing left of it.
    ///   - progress: called on the backup's queue, which waits for it.
    /// - Throws: `backupRefused`, `databaseRefused`; nothing is left then, and no older backup is gone.
    package func run(
        _ cancellation: Cancellation = Cancellation(),
        progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
    ) async throws(GalleryError) -> BackupRecord {
        let queue = DispatchQueue(label: "arcface.gallery.backup")
        return try await queue.answer { () throws(GalleryError) in
            try make(on: queue, cancellation, progress)
        }
    }

    /// The backups in the folder, those of other processes too; none where it can't be read.
    package func inventory() async -> BackupInventory {
        let folder = folder
        return await DispatchQueue(label: "arcface.gallery.backups").answer { folder.inventory() }
    }

    private func make(
        on queue: DispatchQueue, _ cancellation: Cancellation,
        _ progress: @escaping (BackupProgress) -> Void
    ) throws(GalleryError) -> BackupRecord {
        let start = ContinuousClock.now
        let source = try BackupSource(path: database, on: queue)
        try folder.prepare()
        let lock = try folder.lock()
        defer { lock.release() }
        folder.removeLeftovers()
        try folder.requireRoom(for: source.bytes)
        let time = now()
        let name = folder.freeName(at: time)
        let copy = DatabaseCopy(folder: folder, name: name, cancellation: cancellation, progress: progress)
        let contents = try copy.make(of: source)
        return BackupRecord(
            file: name.text, path: folder.file(name.text), bytes: folder.size(of: name) ?? 0,
            galleries: contents.galleries, identities: contents.identities, faces: contents.faces,
            seconds: (ContinuousClock.now - start) / .seconds(1), createdAt: time,
            removed: folder.prune(to: keep, besides: name))
    }
}
