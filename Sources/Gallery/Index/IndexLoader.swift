/// Reads searched faces from the database into the index.
struct IndexLoader {
    /// Rows a batch: bounds what is held twice.
    private static let batch = 1024

    let connection: SQLiteConnection

    /// All faces of `gallery` past `row` that are not in quarantine; `progress` gets the size of each batch.
    ///
    /// - Throws: A "damaged" error for an embedding that is no unit vector: a flipped bit in an exponent would make it the likeness
    ///   of half of all strangers.
    func load(
        _ gallery: LiveGallery, after row: Int64 = 0, progress: (Int) -> Void = { _ in }
    ) throws(GalleryError) {
        try eachBatch(of: gallery.gallery, after: row) { faces throws(GalleryError) in
            for face in faces where !EmbeddingCoding.isUnit(face.embedding) {
                throw .damaged("the embedding of face \(face.id) is no unit vector")
            }
            gallery.insert(faces)
            progress(faces.count)
        }
    }

    /// The searched faces of a gallery in order of enrolment, `batch` at a time.
    func eachBatch(
        of gallery: GalleryRow, after row: Int64, _ body: ([SearchedFace]) throws(GalleryError) -> Void
    ) throws(GalleryError) {
        var last = row
        while true {
            let faces = try connection.rows(
                """
                SELECT f.id, f.face_id, f.identity, i.name, f.embedding
                FROM faces f JOIN identities i ON i.id = f.identity
                WHERE f.gallery = ? AND f.id > ? AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id)
                ORDER BY f.id LIMIT ?
                """, [.integer(gallery.row), .integer(last), .integer(Int64(Self.batch))]
            ) { row throws(GalleryError) in
                try SearchedFace(row, dimension: gallery.model.dimension)
            }
            guard let newest = faces.last else { return }
            try body(faces)
            last = newest.row
        }
    }
}
