import Encodings

/// The part of a gallery's row that other rows hang on.
struct GalleryRow: Sendable {
    let row: Int64
    let name: GalleryName
    let model: ModelContract

    /// - Throws: `modelMismatch` naming both.
    func require(_ given: ModelContract) throws(GalleryError) {
        guard model.matches(given) else { throw .modelMismatch(gallery: model, given: given) }
    }
}

extension SQLiteConnection {
    /// - Throws: `galleryNotFound`.
    func galleryRow(_ name: GalleryName) throws(GalleryError) -> GalleryRow {
        guard let row = try findGalleryRow(name) else { throw .galleryNotFound(name) }
        return row
    }

    func findGalleryRow(_ name: GalleryName) throws(GalleryError) -> GalleryRow? {
        try first(
            """
            SELECT id, name, model_name, model_fingerprint, model_preprocessing, dimension
            FROM galleries WHERE name = ?
            """, [.text(name.text)], GalleryRow.init)
    }

    func galleryRows() throws(GalleryError) -> [GalleryRow] {
        try rows(
            """
            SELECT id, name, model_name, model_fingerprint, model_preprocessing, dimension
            FROM galleries WHERE deleted_at IS NULL ORDER BY name
            """, [], GalleryRow.init)
    }

    /// - Throws: `identityNotFound`.
    func identityRow(_ identity: IdentityName, in gallery: GalleryRow) throws(GalleryError) -> Int64 {
        guard let row = try findIdentityRow(identity, in: gallery.row) else {
            throw .identityNotFound(identity, gallery: gallery.name)
        }
        return row
    }

    func findIdentityRow(_ identity: IdentityName, in gallery: Int64) throws(GalleryError) -> Int64? {
        try first(
            "SELECT id FROM identities WHERE gallery = ? AND name = ?",
            [.integer(gallery), .text(identity.text)]
        ) { $0.integer(0) }
    }

    /// - Throws: `faceNotFound`.
    func faceRow(_ face: FaceID, in gallery: GalleryRow) throws(GalleryError) -> Int64 {
        guard let row = try findFaceRow(face, in: gallery.row) else {
            throw .faceNotFound([face], gallery: gallery.name)
        }
        return row
    }

    func findFaceRow(_ face: FaceID, in gallery: Int64) throws(GalleryError) -> Int64? {
        try first("SELECT id FROM faces WHERE gallery = ? AND face_id = ?", [.integer(gallery), .id(face)]) {
            $0.integer(0)
        }
    }

    /// Notes that something in the gallery changed.
    func touch(_ gallery: Int64, _ now: Timestamp) throws(GalleryError) {
        try run("UPDATE galleries SET updated_at = ? WHERE id = ?", [.time(now), .integer(gallery)])
    }
}

extension GalleryRow {
    fileprivate init(_ row: Row) throws(GalleryError) {
        self.init(
            row: row.integer(0), name: GalleryName(stored: row.text(1)),
            model: ModelContract(
                name: row.text(2), fingerprint: row.text(3), preprocessing: row.text(4),
                dimension: try row.dimension(5)))
    }
}
