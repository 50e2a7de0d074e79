import Files
import Glibc

/// Writes a copy of a database under a passing name and gives it its own when it is whole, sound and on the
/// disk.
struct DatabaseCopy {
    /// Pages that the check keeps, in KiB: it looks up every row in every index.
    private static let cacheSize = 64 << 10

    let folder: BackupFolder
    let name: BackupName
    let cancellation: Cancellation
    let progress: (BackupProgress) -> Void

    private var partial: String { folder.file(name.passingText) }
    private var target: String { folder.file(name.text) }

    /// - Returns: what is in it.
    /// - Throws: `backupRefused`, or what else SQLite objects to; no file is left then.
    func make(of source: BackupSource) throws(GalleryError) -> DatabaseContents {
        do throws(GalleryError) {
            try create()
            try copy(source)
            let contents = try check(source)
            try source.requireUnchanged()
            try folder.sync(partial)
            try requireGoingOn()
            try giveName()
            return contents
        } catch {
            unlink(partial)
            unlink(partial + "-journal")
            throw refusal(of: error)
        }
    }

    /// Before SQLite is let near it: readable by its owner only, and no link that somebody has put there.
    private func create() throws(GalleryError) {
        do { _ = try OpenFile(partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600) } catch {
            throw folder.refused(BackupFault(error))
        }
    }

    private func copy(_ source: BackupSource) throws(GalleryError) {
        let (path, total) = (partial, source.bytes)
        progress(.copying(bytes: 0, of: total))
        try requireGoingOn()
        var told = 0
        let look = { [progress] in
            guard let bytes = try? FileStatus(path).size, total > 0 else { return }
            let hundredths = min(bytes, total) * 100 / total
            guard hundredths > told else { return }
            told = hundredths
            progress(.copying(bytes: bytes, of: total))
        }
        try source.connection.cancellable(by: cancellation, look: look) { () throws(GalleryError) in
            try source.connection.copy(into: path)
        }
    }

    /// Reads the copy through, as whoever restores it will want it to be.
    private func check(_ source: BackupSource) throws(GalleryError) -> DatabaseContents {
        progress(.checking)
        try requireGoingOn()
        let copy = try source.connection.neighbour(at: partial)
        try copy.harden(busyTimeoutMilliseconds: BackupSource.busyTimeoutMilliseconds)
        try copy.makeReadOnly()
        try copy.execute(script: "PRAGMA cache_size = -\(Self.cacheSize)")
        return try copy.cancellable(by: cancellation) { () throws(GalleryError) in
            guard try copy.applicationID() == DatabaseFile.applicationID,
                try Migrator(connection: copy, path: partial).appliedCount() >= source.steps
            else { throw folder.refused(.damaged("the copy has not the schema of the database")) }
            let finding = try copy.first("PRAGMA integrity_check(1)") { $0.text(0) }
            // A check that was broken off finds pages that it did not come to.
            try requireGoingOn()
            if let finding, finding != "ok" { throw folder.refused(.damaged(finding)) }
            return try DatabaseContents(of: copy)
        }
    }

    private func giveName() throws(GalleryError) {
        // The folder's lock keeps everybody out who makes such names.
        guard rename(partial, target) == 0 else { throw folder.refused(BackupFault(errno: errno)) }
        do throws(GalleryError) {
            try folder.sync(folder.path)
        } catch {
            unlink(target)
            throw error
        }
    }

    private func requireGoingOn() throws(GalleryError) {
        if cancellation.isCancelled { throw folder.refused(.cancelled) }
    }

    /// What SQLite answers while it copies, as far as it is the disk's or the database's fault or somebody's
    /// wish.
    private func refusal(of error: GalleryError) -> GalleryError {
        guard case .database(let fault) = error else { return error }
        if fault.isInterruption { return folder.refused(.cancelled) }
        if fault.isFull { return folder.refused(.full) }
        return fault.isDamage ? folder.refused(.damaged(fault.message)) : error
    }
}
