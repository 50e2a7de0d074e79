import Glibc

/// Writes a copy of a database under a passing name and gives it its own when it is whole.
struct DatabaseCopy {
    let target: String
    let options: StoreOptions

    private var partial: String { target + ".partial" }

    /// - Throws: What SQLite or the folder object to; no file is left then.
    func make(of source: SQLiteConnection) throws(GalleryError) {
        unlink(partial)
        do throws(GalleryError) {
            try DatabaseFile(path: partial).create()
            try copy(source)
            guard rename(partial, target) == 0 else { throw inaccessible() }
            try syncFolder()
        } catch {
            unlink(partial)
            throw error
        }
    }

    private func copy(_ source: SQLiteConnection) throws(GalleryError) {
        let copy = try source.neighbour(at: partial)
        try copy.harden(busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
        try source.copyDatabase(to: copy)
    }

    /// The name is on the disk only when the folder is.
    private func syncFolder() throws(GalleryError) {
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw inaccessible() }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw inaccessible() }
    }

    private func inaccessible() -> GalleryError {
        .databaseRefused(path: target, .inaccessible(String(cString: strerror(errno))))
    }
}
