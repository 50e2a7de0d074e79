import Locks

/// A gallery on its way to another model: embeddings are gathered in a file of their own and take the old
/// ones' place in one transaction. Letting go of it uncommitted, or dying, leaves the gallery as it is.
package final class GalleryReembedding: Sendable {
    /// A face as far as a new embedding needs it.
    package struct Source: Sendable, Equatable {
        package let id: FaceID
        package let identity: IdentityName
        /// JPEG; `nil` where none is kept.
        package let crop: [UInt8]?
        /// The preprocessing that the crop was cut for.
        package let geometry: String
        let row: Int64
    }

    /// A face's new embedding.
    package struct Result: Sendable {
        let row: Int64
        let embedding: [Float]
        let norm: Float?

        package init(_ source: Source, embedding: [Float], norm: Float?) {
            row = source.row
            self.embedding = embedding
            self.norm = norm
        }
    }

    /// The gallery as it was at the beginning.
    package let gallery: GalleryRecord
    private let store: GalleryStore
    private let row: GalleryRow
    private let model: ModelContract
    private let staging: ImportStaging
    private let slot: TransferSlots.Slot

    init(
        store: GalleryStore, _ row: GalleryRow, _ gallery: GalleryRecord, to model: ModelContract,
        staging: ImportStaging, slot: TransferSlots.Slot
    ) {
        self.store = store
        self.row = row
        self.gallery = gallery
        self.model = model
        self.staging = staging
        self.slot = slot
    }

    static let schema = """
        CREATE TABLE embedded (face INTEGER PRIMARY KEY, embedding BLOB, norm REAL);
        CREATE TABLE rest (face INTEGER PRIMARY KEY);
        """

    /// The next faces after one, in order of enrolment, those set aside too; empty at the end.
    package func sources(
        after last: Source?, limit: Int
    ) async throws(GalleryError) -> [Source] {
        let (gallery, after) = (row, last?.row ?? 0)
        return try await store.read { connection throws(GalleryError) in
            try connection.rows(
                """
                SELECT f.id, f.face_id, i.name, c.jpeg, c.geometry
                FROM faces f JOIN identities i ON i.id = f.identity LEFT JOIN crops c ON c.face = f.id
                WHERE f.gallery = ? AND f.id > ? ORDER BY f.id LIMIT ?
                """, [.integer(gallery.row), .integer(after), .integer(Int64(max(limit, 1)))]
            ) { row throws(GalleryError) in
                Source(
                    id: try row.id(1), identity: IdentityName(stored: row.text(2)), crop: row.optionalBlob(3),
                    geometry: row.optionalText(4) ?? gallery.model.preprocessing, row: row.integer(0))
            }
        }
    }

    /// Gathers new embeddings.
    ///
    /// - Throws: `embeddingInvalid` for one that is not of the new model's dimension, finite and of unit
    ///   length.
    package func stage(_ results: [Result]) async throws(GalleryError) {
        for result in results {
            if let fault = EmbeddingCoding.fault(of: result.embedding, dimension: model.dimension) {
                throw .embeddingInvalid(fault)
            }
        }
        try await staging.queue.perform { connection throws(GalleryError) in
            for result in results {
                try connection.run(
                    "INSERT INTO embedded VALUES (?, ?, ?)",
                    [
                        .integer(result.row), .blob(EmbeddingCoding.bytes(result.embedding)),
                        .optional(result.norm),
                    ])
            }
        }
    }

    /// Notes faces that get no new embedding: they leave for a gallery of the old model.
    package func setRest(_ sources: [Source]) async throws(GalleryError) {
        try await staging.queue.perform { connection throws(GalleryError) in
            for source in sources {
                try connection.run("INSERT INTO rest VALUES (?)", [.integer(source.row)])
            }
        }
    }

    /// Gives the gallery the new model and embeddings, in one transaction with everything that goes with it:
    /// the calibrated threshold is cleared, as it was the old model's.
    ///
    /// - Parameter rest: the gallery to make for the faces without a new embedding, with the old model.
    /// - Throws: `galleryChanged` when faces came meanwhile, `galleryExists` when `rest` is taken,
    ///   `galleryNotFound`; everything is as it was then.
    package func commit(keepingRestIn rest: GalleryName? = nil) async throws(GalleryError) {
        await staging.queue.close()
        let (row, model, path) = (row, model, staging.path)
        try await store.write { context throws(GalleryError) in
            guard let now = try context.connection.findGalleryRow(row.name), now.row == row.row,
                now.model == row.model
            else { throw .galleryChanged(row.name) }
            let source = try context.connection.neighbour(at: path)
            try ReembeddingSwitch(context: context, gallery: row, model: model).run(
                from: source, keepingRestIn: rest)
        }
    }

    /// Drops what was gathered.
    package func cancel() async { await staging.queue.close() }
}

extension GalleryStore {
    /// Begins to move a gallery to another model; nothing is seen of it before its `commit()`.
    ///
    /// - Throws: `galleryNotFound`, `jobRunning`, `tooManyTransfers`.
    package func beginReembedding(
        _ gallery: GalleryName, to model: ModelContract
    ) async throws(GalleryError) -> GalleryReembedding {
        let slot = try transfers.take()
        let (row, record) = try await read { connection throws(GalleryError) in
            let row = try connection.galleryRow(gallery)
            if let job = try connection.jobUnderWay(on: row) { throw .jobRunning(job, gallery: gallery) }
            return (row, try connection.galleryRecord(gallery))
        }
        let staging = try await ImportStaging.make(
            beside: path, options: options, schema: GalleryReembedding.schema)
        return GalleryReembedding(store: self, row, record, to: model, staging: staging, slot: slot)
    }
}
