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

    /// Checks lines and stages them. One caller at a time.
    ///
    /// - Throws: `importRefused` with the line's place among all that were added, from 1, and what is wrong:
    ///   `embeddingInvalid`, `detailsInvalid`, `modelMismatch`, `identityMetadataDiffers`. The import can
    ///   only be dropped then.
    package func add(_ added: [ImportedLine]) async throws(GalleryError) {
        let first = lines.withLock { lines in
            defer { lines += added.count }
            return lines + 1
        }
        for case (let offset, .face(let face)) in added.enumerated() { try check(face, line: first + offset) }
        try await staging.queue.perform { connection throws(GalleryError) in
            try connection.transaction { () throws(GalleryError) in
                for (offset, line) in added.enumerated() {
                    try StagedIdentity.note(line.identity, line: first + offset, into: connection)
                    if case .face(let face) = line {
                        try StagedFace.insert(face, line: first + offset, into: connection)
                    }
                }
            }
        }
    }

    /// The same of faces alone.
    package func add(_ faces: [ImportedFace]) async throws(GalleryError) {
        try await add(faces.map { ImportedLine.face($0) })
    }

    /// Moves everything into the gallery: where that has nothing in it yet, out of sight and without other
    /// writes having to wait (`UnseenImport`); else in one transaction.
    ///
    /// - Throws: `importRefused(faceExists)` when an id is taken, `galleryNotFound` when the gallery was
    ///   deleted (or deleted and made anew), `modelMismatch` when it got another model; nothing of the import
    ///   is there then.
    package func commit() async throws(GalleryError) -> ImportSummary {
        await staging.queue.close()
        let count = lines.withLock { $0 }
        let unseen = UnseenImport(store: store, target: row, staging: staging, count: count)
        if count > UnseenImport.facesAtATime, let summary = try await unseen.run() { return summary }
        return try await merge(count)
    }

    private func merge(_ count: Int) async throws(GalleryError) -> ImportSummary {
        let (store, row, path) = (store, row, staging.path)
        return try await store.write { context throws(GalleryError) in
            let connection = context.connection
            let parent = try store.live.present(row)
            try parent.require(row.model)
            let newest =
                try connection.first("SELECT coalesce(max(id), 0) FROM faces") { $0.integer(0) } ?? 0
            let summary = try Importer(
                context: context, gallery: parent, keepsCrops: store.options.keepsCrops
            ).run(1..<count + 1, from: connection.neighbour(at: path))
            if summary.faces + summary.identities + summary.completed > 0 {
                try connection.touch(parent.row, context.now)
            }
            context.note(.load(after: newest, gallery: parent))
            return summary
        }
    }

    /// Drops what was staged.
    package func cancel() async { await staging.drop() }

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
