import Dispatch
package import Encodings
import Files

/// Puts a backup in the place of a database that nobody has open.
///
/// What was there goes with its log: SQLite would take a log that stays for the restored file's, and damage
/// it.
package struct GalleryRestore: Sendable {
    private let database: String
    private let now: @Sendable () -> Timestamp

    package init(of database: String, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.database = database
        self.now = now
    }

    /// Copies `file`, looks whether the copy is sound, puts the present database aside and gives the copy its
    /// name; all of it is on the disk then. A process that is killed meanwhile leaves the old database, or
    /// none and the old one put aside.
    ///
    /// - Throws: `databaseRefused` where a process has the database, or for a file that is not ours or of a
    ///   newer version, `restoreRefused` for everything else; the database is as it was then, but for
    ///   `RestoreFault.leftAside`.
    package func run(from file: String) async throws(GalleryError) -> RestoreRecord {
        let queue = DispatchQueue(label: "arcface.gallery.restore")
        return try await queue.answer { () throws(GalleryError) in try restore(file, on: queue) }
    }

    private func restore(_ file: String, on queue: DispatchQueue) throws(GalleryError) -> RestoreRecord {
        let lock = try DatabaseLock(database: database)
        defer { lock.release() }
        let place = FilePath.database(database)
        let copy = RestoredCopy(of: file, for: place)
        do throws(GalleryError) {
            try copy.make()
            let (contents, steps) = try copy.check(on: queue)
            let folder = try replace(place, by: copy)
            return RestoreRecord(
                database: database, file: file, bytes: copy.bytes(of: database),
                galleries: contents.galleries, identities: contents.identities, faces: contents.faces,
                steps: steps, knownSteps: Migration.all.count, putAside: folder)
        } catch {
            copy.discard()
            throw error
        }
    }

    /// - Returns: the folder with what was there before.
    private func replace(_ place: String, by copy: RestoredCopy) throws(GalleryError) -> String? {
        var aside = PutAside(database: place, at: now())
        do throws(RestoreFault) {
            try aside.take()
            try copy.giveName()
        } catch {
            guard aside.putBack() else {
                throw .restoreRefused(file: copy.file, .leftAside(aside.folder ?? ""))
            }
            throw .restoreRefused(file: copy.file, error)
        }
        return aside.folder
    }
}
