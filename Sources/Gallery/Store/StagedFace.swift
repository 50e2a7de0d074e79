import Encodings

/// An imported face as a row of the staging file; what its line says of the identity is a `StagedIdentity`.
enum StagedFace {
    static let schema = """
        CREATE TABLE staged (
            line INTEGER PRIMARY KEY, face_id BLOB, identity TEXT, at INTEGER, embedding BLOB, crop BLOB,
            crop_geometry TEXT, \(FaceColumns.names), \(QuarantineColumns.names));
        """
    private static let plainCount: Int32 = 7
    private static let quarantineStart = plainCount + FaceColumns.count

    static func insert(_ face: ImportedFace, line: Int, into connection: SQLiteConnection)
        throws(GalleryError)
    {
        let count = Int(quarantineStart + QuarantineColumns.count)
        let placeholders = Array(repeating: "?", count: count).joined(separator: ", ")
        try connection.run(
            "INSERT INTO staged VALUES (\(placeholders))",
            [
                .integer(Int64(line)), .id(face.id), .text(face.identity.text),
                .optional(face.createdAt?.milliseconds), .blob(EmbeddingCoding.bytes(face.face.embedding)),
                .optional(face.face.crop), .optional(face.face.cropGeometry),
            ] + FaceColumns.values(face.face) + QuarantineColumns.values(face.quarantine))
    }

    /// The staged faces of some lines, in order, without what was said of their identities.
    static func each(
        _ connection: SQLiteConnection, _ lines: Range<Int>, dimension: Int,
        _ body: (_ line: Int, ImportedFace) throws(GalleryError) -> Void
    ) throws(GalleryError) {
        try connection.each(
            "SELECT * FROM staged WHERE line >= ? AND line < ? ORDER BY line",
            [.integer(Int64(lines.lowerBound)), .integer(Int64(lines.upperBound))]
        ) { row throws(GalleryError) in
            try body(row.count(0), try face(row, dimension))
            return true
        }
    }

    private static func face(_ row: Row, _ dimension: Int) throws(GalleryError) -> ImportedFace {
        let face = NewFace(
            embedding: try row.embedding(4, dimension: dimension),
            norm: FaceColumns.norm(row, at: plainCount),
            source: FaceColumns.source(row, at: plainCount),
            details: FaceColumns.details(row, at: plainCount),
            metadata: FaceColumns.metadata(row, at: plainCount), crop: row.optionalBlob(5),
            cropGeometry: row.optionalText(6))
        return ImportedFace(
            id: try row.id(1), identity: IdentityName(stored: row.text(2)), face: face,
            createdAt: row.optionalTime(3),
            quarantine: try QuarantineColumns.record(row, at: quarantineStart))
    }
}
