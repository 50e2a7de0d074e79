/// The end of a re-embedding, within a write's transaction.
struct ReembeddingSwitch {
    let context: WriteContext
    /// With the old model.
    let gallery: GalleryRow
    let model: ModelContract

    func run(from source: SQLiteConnection, keepingRestIn rest: GalleryName?) throws(GalleryError) {
        let connection = context.connection
        let leaving = try source.rows("SELECT face FROM rest ORDER BY face") { $0.integer(0) }
        if let rest, !leaving.isEmpty { try move(leaving, to: rest) }
        // The moved ones do not count here any more: what is left must have its new embedding, all of it.
        let faces = try connection.first(
            "SELECT count(*) FROM faces WHERE gallery = ?", [.integer(gallery.row)]
        ) { $0.count(0) }
        guard try replaceEmbeddings(from: source) == faces else { throw .galleryChanged(gallery.name) }
        try noteGeometry()
        try connection.run(
            """
            UPDATE galleries SET model_name = ?, model_fingerprint = ?, model_preprocessing = ?, dimension = ?,
                \(CalibratedThreshold.none), updated_at = ? WHERE id = ?
            """,
            [
                .text(model.name), .text(model.fingerprint), .text(model.preprocessing),
                .integer(Int64(model.dimension)), .time(context.now), .integer(gallery.row),
            ])
        context.note(.replaceGallery(GalleryRow(row: gallery.row, name: gallery.name, model: model)))
    }

    /// How many faces of the gallery got a new embedding.
    private func replaceEmbeddings(from source: SQLiteConnection) throws(GalleryError) -> Int {
        var replaced = 0
        try source.each("SELECT face, embedding, norm FROM embedded ORDER BY face") {
            row throws(GalleryError) in
            replaced += try context.connection.run(
                "UPDATE faces SET embedding = ?, norm = ? WHERE id = ? AND gallery = ?",
                [
                    .blob(row.blob(1)), .optional(row.optionalFloat(2)), .integer(row.integer(0)),
                    .integer(gallery.row),
                ])
            return true
        }
        return replaced
    }

    /// Takes faces over into a new gallery of the old model, with identity, quarantine and crop.
    private func move(_ faces: [Int64], to name: GalleryName) throws(GalleryError) {
        guard try context.connection.findGalleryRow(name) == nil else { throw .galleryExists(name) }
        try context.insertGallery(
            name, gallery.model, "kept with the old model when \(gallery.name) got another", nil)
        let target = try context.connection.galleryRow(name)
        for face in faces {
            let identity = try context.connection.first(
                """
                SELECT i.name, i.metadata FROM faces f JOIN identities i ON i.id = f.identity
                WHERE f.id = ? AND f.gallery = ?
                """, [.integer(face), .integer(gallery.row)]
            ) { (IdentityName(stored: $0.text(0)), JSONObjectText(stored: $0.text(1))) }
            // Deleted meanwhile.
            guard let identity else { continue }
            // It is another identity's from now on, and must not stay where a deletion of that one does not
            // look.
            _ = try context.dropPictures(withFace: face)
            let row = try context.identityRow(making: identity.0, in: target, metadata: identity.1).row
            for table in ["faces", "quarantine"] {
                try context.connection.run(
                    "UPDATE \(table) SET gallery = ?, identity = ? WHERE \(table == "faces" ? "id" : "face") = ?",
                    [.integer(target.row), .integer(row), .integer(face)])
            }
        }
        context.note(.replaceGallery(target))
    }

    /// Crops stay as they are: from now on each says which model it was cut for.
    private func noteGeometry() throws(GalleryError) {
        guard model.preprocessing != gallery.model.preprocessing else { return }
        try context.connection.run(
            """
            UPDATE crops SET geometry = ?
            WHERE geometry IS NULL AND face IN (SELECT id FROM faces WHERE gallery = ?)
            """, [.text(gallery.model.preprocessing), .integer(gallery.row)])
    }
}
