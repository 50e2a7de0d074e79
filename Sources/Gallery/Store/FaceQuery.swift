/// Reads whole face records, with or without the heavy columns.
enum FaceQuery {
    private static let columns =
        """
        f.id, f.face_id, i.name, f.created_at, EXISTS (SELECT 1 FROM crops c WHERE c.face = f.id), q.id,
            \(QuarantineColumns.names(of: "q")), \(FaceColumns.names(of: "f"))
        """
    private static let joins =
        "FROM faces f JOIN identities i ON i.id = f.identity LEFT JOIN quarantine q ON q.face = f.id"
    private static let quarantineStart: Int32 = 6
    private static let faceStart = quarantineStart + QuarantineColumns.count
    private static let heavyStart = faceStart + FaceColumns.count

    /// A record with the rows that cursors stand on.
    struct Found: Sendable {
        let row: Int64
        let quarantineRow: Int64?
        let record: FaceRecord
    }

    static func records(
        _ connection: SQLiteConnection, _ condition: String, _ values: [SQLiteValue]
    ) throws(GalleryError) -> [Found] {
        try connection.rows("SELECT \(columns) \(joins) \(condition)", values, found)
    }

    /// With embedding, what is known of the identity and, if asked for, crop: what an export needs.
    static func stored(
        _ connection: SQLiteConnection, _ condition: String, _ values: [SQLiteValue], dimension: Int,
        crops: Bool
    ) throws(GalleryError) -> [(row: Int64, face: StoredFace)] {
        let crop =
            crops
            ? "(SELECT jpeg FROM crops c WHERE c.face = f.id), (SELECT geometry FROM crops c WHERE c.face = f.id)"
            : "NULL, NULL"
        return try connection.rows(
            "SELECT \(columns), f.embedding, i.metadata, i.created_at, i.updated_at, \(crop) \(joins) \(condition)",
            values
        ) { row throws(GalleryError) in
            let found = try found(row)
            let face = StoredFace(
                record: found.record, embedding: try row.embedding(heavyStart, dimension: dimension),
                crop: row.optionalBlob(heavyStart + 4), cropGeometry: row.optionalText(heavyStart + 5),
                identityMetadata: JSONObjectText(stored: row.text(heavyStart + 1)),
                identityCreatedAt: row.time(heavyStart + 2), identityUpdatedAt: row.time(heavyStart + 3))
            return (found.row, face)
        }
    }

    private static func found(_ row: Row) throws(GalleryError) -> Found {
        let record = FaceRecord(
            id: try row.id(1), identity: IdentityName(stored: row.text(2)),
            norm: FaceColumns.norm(row, at: faceStart), source: FaceColumns.source(row, at: faceStart),
            details: FaceColumns.details(row, at: faceStart),
            metadata: FaceColumns.metadata(row, at: faceStart),
            hasCrop: row.integer(4) != 0, quarantine: try QuarantineColumns.record(row, at: quarantineStart),
            createdAt: row.time(3))
        return Found(row: row.integer(0), quarantineRow: row.optionalInteger(5), record: record)
    }
}
