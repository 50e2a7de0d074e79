/// Reads searched faces from the database into the index.
struct IndexLoader {
    /// Rows a batch: bounds what is held twice.
    private static let batch = 1024

    let connection: SQLiteConnection

    /// Some of a gallery's searched faces.
    struct Batch {
        var faces: [SearchedFace] = []
        /// Those that the index can't take, with their rows.
        var damaged: [(row: Int64, embedding: DamagedEmbedding)] = []
    }

    /// All faces of `gallery` past `row` that are not in quarantine.
    ///
    /// - Throws: `embeddingsDamaged` when there are some that the index can't take; the others are in it
    ///   then.
    func load(_ gallery: LiveGallery, after row: Int64 = 0) throws(GalleryError) {
        var damaged = DamagedEmbeddings()
        try load(gallery, after: row, leavingOut: &damaged) { _ in }
        guard damaged.count == 0 else { throw .embeddingsDamaged(damaged) }
    }

    /// The same, with those that the index can't take added to `damaged`; `progress` gets how many each batch
    /// brought.
    func load(
        _ gallery: LiveGallery, after row: Int64 = 0, leavingOut damaged: inout DamagedEmbeddings,
        progress: (Int) -> Void
    ) throws(GalleryError) {
        try eachBatch(of: gallery.gallery, after: row) { batch in
            batch.damaged.forEach { damaged.add($0.embedding) }
            gallery.insert(batch.faces)
            progress(batch.faces.count)
        }
    }

    /// The searched faces of a gallery in order of enrolment, some at a time.
    func eachBatch(
        of gallery: GalleryRow, after row: Int64, _ body: (Batch) throws(GalleryError) -> Void
    ) throws(GalleryError) {
        var last = row
        while let (batch, newest) = try batch(of: gallery, after: last) {
            try body(batch)
            last = newest
        }
    }

    /// The next faces and the last one's row; nil where there are no more.
    private func batch(
        of gallery: GalleryRow, after row: Int64
    ) throws(GalleryError) -> (Batch, Int64)? {
        var batch = Batch()
        var newest: Int64?
        try connection.each(
            """
            SELECT f.id, f.face_id, f.identity, i.name, f.embedding
            FROM faces f JOIN identities i ON i.id = f.identity
            WHERE f.gallery = ? AND f.id > ? AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id)
            ORDER BY f.id LIMIT ?
            """, [.integer(gallery.row), .integer(row), .integer(Int64(Self.batch))]
        ) { row throws(GalleryError) in
            newest = row.integer(0)
            switch try SearchedFace.read(row, of: gallery) {
            case .success(let face): batch.faces.append(face)
            case .failure(let embedding): batch.damaged.append((row.integer(0), embedding))
            }
            return true
        }
        return newest.map { (batch, $0) }
    }
}
