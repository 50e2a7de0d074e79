import Locks

/// An import being gathered in a file of its own: a client that stalls holds up nobody, one that goes away
/// leaves nothing. Letting go of it uncommitted drops it.
package final class GalleryImport: Sendable {
    /// The gallery as it was at the beginning.
    package let gallery: GalleryRecord
    private let store: GalleryStore
    private let row: GalleryRow
    private let staging: ImportStaging
    private let slot: TransferSlots.Slot
    private let lines = Locked(0)

    init(
        store: GalleryStore, _ row: GalleryRow, _ gallery: GalleryRecord, staging: ImportStaging,
        slot: TransferSlots.Slot
    ) {
        self.store = store
        self.row = row
        self.gallery = gallery
        self.staging = staging
        self.slot = slot
    }

    /// Checks faces and stages them. One caller at a time.
    ///
    /// - Throws: `importRefused` with the face's place among all that were added, from 1, and what is wrong:
    ///   `embeddingInvalid`, `detailsInvalid`, `modelMismatch`. The import can only be dropped then.
    package func add(_ faces: [ImportedFace]) async throws(GalleryError) {
        let first = lines.withLock { lines in
            defer { lines += faces.count }
            return lines + 1
        }
        for (offset, face) in faces.enumerated() { try check(face, line: first + offset) }
        try await staging.queue.perform { connection throws(GalleryError) in
            try connection.transaction { () throws(GalleryError) in
                for (offset, face) in faces.enumerated() {
                    try StagedFace.insert(face, line: first + offset, into: connection)
                }
            }
        }
    }

    /// Moves everything into the gallery in one transaction.
    ///
    /// - Throws: `importRefused(faceExists)` when an id is taken, `galleryNotFound` when the gallery was deleted
    ///   (or deleted and made anew); nothing of the import is there then.
    package func commit() async throws(GalleryError) -> ImportSummary {
        await staging.queue.close()
        let (row, path, keepsCrops) = (row, staging.path, store.options.keepsCrops)
        return try await store.write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(row.name)
            guard parent.row == row.row else { throw .galleryNotFound(row.name) }
            let source = try context.connection.neighbour(at: path)
            return try Importer(context: context, gallery: parent, keepsCrops: keepsCrops).run(from: source)
        }
    }

    /// Drops what was staged.
    package func cancel() async { await staging.queue.close() }

    private func check(_ face: ImportedFace, line: Int) throws(GalleryError) {
        do throws(GalleryError) {
            try FaceWriter.check(face.face, dimension: row.model.dimension)
            let given = row.model.stated(fingerprint: face.fingerprint, preprocessing: face.preprocessing)
            guard row.model.matches(given) else {
                throw .modelMismatch(gallery: row.model, given: given)
            }
            if let quarantine = face.quarantine {
                guard quarantine.angle.isFinite, (quarantine.nearestAngle ?? 0).isFinite else {
                    throw .detailsInvalid(reason: "a number is not finite")
                }
            }
        } catch {
            throw .importRefused(line: line, error)
        }
    }
}
