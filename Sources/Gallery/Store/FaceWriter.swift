import Encodings

/// Writes faces into one gallery within a write's transaction.
struct FaceWriter {
    enum Outcome {
        case added(row: Int64)
        case duplicate(of: FaceID, isQuarantined: Bool)
    }

    let context: WriteContext
    let gallery: GalleryRow
    let keepsCrops: Bool

    /// Adds `face` unless its source stands in the identity already.
    ///
    /// - Parameters:
    ///   - face: Checked with `check(_:)`.
    ///   - id: Not in the gallery yet.
    func add(
        _ face: NewFace, id: FaceID, identityRow: Int64, createdAt: Timestamp
    ) throws(GalleryError) -> Outcome {
        if let source = face.source, let first = try duplicate(of: source, identityRow) {
            return .duplicate(of: first.id, isQuarantined: first.isQuarantined)
        }
        let placeholders = String(repeating: ", ?", count: Int(FaceColumns.count))
        try context.connection.run(
            """
            INSERT INTO faces (gallery, identity, face_id, created_at, embedding, \(FaceColumns.names))
            VALUES (?, ?, ?, ?, ?\(placeholders))
            """,
            [
                .integer(gallery.row), .integer(identityRow), .id(id), .time(createdAt),
                .blob(EmbeddingCoding.bytes(face.embedding)),
            ] + FaceColumns.values(face))
        let row = context.connection.lastInsertedRow
        if let crop = face.crop, keepsCrops {
            try context.connection.run(
                "INSERT INTO crops (face, jpeg, geometry) VALUES (?, ?, ?)",
                [.integer(row), .blob(crop), .optional(face.cropGeometry)])
        }
        return .added(row: row)
    }

    /// - Throws: `embeddingInvalid` or `detailsInvalid`.
    static func check(_ face: NewFace, dimension: Int) throws(GalleryError) {
        if let fault = EmbeddingCoding.fault(of: face.embedding, dimension: dimension) {
            throw .embeddingInvalid(fault)
        }
        try FaceColumns.check(face)
    }

    private func duplicate(
        of source: FaceSource, _ identityRow: Int64
    ) throws(GalleryError) -> (id: FaceID, isQuarantined: Bool)? {
        try context.connection.first(
            """
            SELECT face_id, EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id) FROM faces f
            WHERE identity = ? AND content_hash = ? AND source_index = ?
            """,
            [.integer(identityRow), .blob(source.hash.bytes), .integer(Int64(source.index))]
        ) { row throws(GalleryError) in (try row.id(0), row.integer(1) != 0) }
    }
}
