extension GalleryStore {
    /// Creates the gallery, or finds it there and replaces the description and metadata that are given. An
    /// empty description takes away what was there.
    ///
    /// - Throws: `nameInvalid` for a new one that clients could not ask for, `modelMismatch` when it is there
    ///   with another model.
    package func putGallery(
        _ name: GalleryName, model: ModelContract, description: String? = nil, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> (gallery: GalleryRecord, isNew: Bool) {
        try await write { context throws(GalleryError) in
            if let row = try context.connection.findGalleryRow(name) {
                try row.require(model)
                try context.updateGallery(row.row, description, metadata)
                return (try context.connection.galleryRecord(name), false)
            }
            try context.insertGallery(name, model, description, metadata)
            return (try context.connection.galleryRecord(name), true)
        }
    }

    /// Creates the gallery.
    ///
    /// - Throws: `galleryExists`, `nameInvalid` as `putGallery`.
    package func createGallery(
        _ name: GalleryName, model: ModelContract, description: String? = nil, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> GalleryRecord {
        try await write { context throws(GalleryError) in
            guard try context.connection.findGalleryRow(name) == nil else { throw .galleryExists(name) }
            try context.insertGallery(name, model, description, metadata)
            return try context.connection.galleryRecord(name)
        }
    }

    /// - Throws: `galleryNotFound`.
    package func gallery(_ name: GalleryName) async throws(GalleryError) -> GalleryRecord {
        try await read { connection throws(GalleryError) in try connection.galleryRecord(name) }
    }

    /// The gallery that a job was made for.
    ///
    /// - Throws: `galleryNotFound`, also where another one has its name.
    package func gallery(_ name: GalleryName, of job: JobID) async throws(GalleryError) -> GalleryRecord {
        try await read { connection throws(GalleryError) in
            _ = try connection.galleryRow(name, of: job)
            return try connection.galleryRecord(name)
        }
    }

    /// By name.
    package func galleries(_ page: PageRequest = .first) async throws(GalleryError) -> Page<GalleryRecord> {
        let after = try page.cursor?.name(in: .galleries) ?? ""
        return try await read { connection throws(GalleryError) in
            let found = try connection.rows(
                GalleryRecord.select + " WHERE g.deleted_at IS NULL AND g.name > ? ORDER BY g.name LIMIT ?",
                [.text(after), .integer(page.lookahead)], GalleryRecord.init)
            return page.cut(found) { Cursor(.galleries, after: $0.name.text) }
        }
    }

    /// How large every gallery is, by name.
    package func statistics() async throws(GalleryError) -> [GalleryStatistics] {
        try await read { connection throws(GalleryError) in
            try connection.rows(GalleryRecord.select + " WHERE g.deleted_at IS NULL ORDER BY g.name") {
                row throws(GalleryError) in
                let record = try GalleryRecord(row)
                return GalleryStatistics(
                    gallery: record.name, identities: record.identities, faces: record.faces,
                    quarantined: record.quarantined)
            }
        }
    }
}

extension WriteContext {
    func insertGallery(
        _ name: GalleryName, _ model: ModelContract, _ description: String?, _ metadata: JSONObjectText?
    ) throws(GalleryError) {
        try name.requireAddressable()
        try connection.run(
            """
            INSERT INTO galleries (name, description, metadata, model_name, model_fingerprint, model_preprocessing,
                dimension, created_at, updated_at)
            VALUES (?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(name.text), .optional(description), .text((metadata ?? .empty).text), .text(model.name),
                .text(model.fingerprint), .text(model.preprocessing), .integer(Int64(model.dimension)),
                .time(now), .time(now),
            ])
        note(.addGallery(GalleryRow(row: connection.lastInsertedRow, name: name, model: model)))
    }

    fileprivate func updateGallery(
        _ row: Int64, _ description: String?, _ metadata: JSONObjectText?
    ) throws(GalleryError) {
        guard description != nil || metadata != nil else { return }
        try connection.run(
            """
            UPDATE galleries SET description = nullif(coalesce(?, description), ''), metadata = coalesce(?, metadata),
                updated_at = ? WHERE id = ?
            """,
            [.optional(description), .optional(metadata?.text), .time(now), .integer(row)])
    }
}

extension SQLiteConnection {
    /// - Throws: `galleryNotFound`.
    func galleryRecord(_ name: GalleryName) throws(GalleryError) -> GalleryRecord {
        let found = try first(
            GalleryRecord.select + " WHERE g.name = ?", [.text(name.text)], GalleryRecord.init)
        guard let found else { throw .galleryNotFound(name) }
        return found
    }
}

extension GalleryRecord {
    /// The counts come from indexes; they are counted anew each time and so can't be wrong.
    fileprivate static let select = """
        SELECT g.name, nullif(g.description, ''), g.metadata, g.model_name, g.model_fingerprint, g.model_preprocessing,
            g.dimension, g.threshold, g.created_at, g.updated_at,
            (SELECT count(*) FROM identities i WHERE i.gallery = g.id),
            (SELECT count(*) FROM faces f WHERE f.gallery = g.id),
            (SELECT count(*) FROM quarantine q WHERE q.gallery = g.id),
            g.threshold_fmr, g.threshold_trials, g.threshold_job, g.threshold_set_at
        FROM galleries g
        """

    fileprivate init(_ row: Row) throws(GalleryError) {
        self.init(
            name: GalleryName(stored: row.text(0)), description: row.optionalText(1),
            metadata: JSONObjectText(stored: row.text(2)),
            model: ModelContract(
                name: row.text(3), fingerprint: row.text(4), preprocessing: row.text(5),
                dimension: try row.dimension(6)),
            calibration: try row.calibratedThreshold(), identities: row.count(10), faces: row.count(11),
            quarantined: row.count(12), createdAt: row.time(8), updatedAt: row.time(9))
    }
}

extension Row {
    /// Of a row of `GalleryRecord.select`.
    fileprivate func calibratedThreshold() throws(GalleryError) -> CalibratedThreshold? {
        guard !isNull(7) else { return nil }
        return CalibratedThreshold(
            similarity: Float(real(7)), falseMatchRate: real(13), trials: count(14), job: try id(15),
            createdAt: time(16))
    }
}
