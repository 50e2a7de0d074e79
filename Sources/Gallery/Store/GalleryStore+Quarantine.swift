extension GalleryStore {
    /// The searched faces by identity in order of name, for a purification. Identities without such faces are
    /// there too, empty.
    ///
    /// Holds all vectors in memory at once, and reads them in one snapshot on a connection of its own:
    /// seconds for a large gallery, in which other reads go on.
    ///
    /// - Parameters:
    ///   - job: what they are read for; the gallery must be its.
    ///   - byteLimit: what the vectors may take.
    /// - Returns: nil when `isCancelled`, which is asked once an identity, answered true.
    /// - Throws: `galleryNotFound`, `vectorsTooLarge`.
    package func identitySets(
        in gallery: GalleryName, for job: JobID, byteLimit: Int = .max,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws(GalleryError) -> [EnrolledIdentitySet]? {
        let reader = try await snapshot(label: "purify")
        return try await reader.perform { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery, of: job)
            let bytes = try connection.searchedBytes(of: parent)
            guard bytes <= byteLimit else { throw .vectorsTooLarge(bytes: bytes, limit: byteLimit) }
            var sets: [EnrolledIdentitySet] = []
            for name in try connection.identityNames(in: parent.row) {
                if isCancelled() { return nil }
                let row = try connection.identityRow(name, in: parent)
                let faces = try connection.searchedFaces(of: row, dimension: parent.model.dimension)
                sets.append(EnrolledIdentitySet(identity: name, faces: faces))
            }
            return sets
        }
    }

    /// Sets faces aside in one transaction and, with a report, ends the job with it in the same one.
    ///
    /// Faces that were deleted meanwhile and faces that are set aside already are skipped.
    ///
    /// - Returns: Those set aside, in order.
    /// - Throws: `galleryNotFound`; with a report also where the gallery is another than the job's, and
    ///   `jobFinished` (it was cancelled, or is by what `isCancelled` says): nothing is set aside then.
    package func applyQuarantine(
        _ decisions: [QuarantineDecision], in gallery: GalleryName, job: JobID, report: JSONObjectText? = nil,
        summary: JSONObjectText? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws(GalleryError) -> [FaceID] {
        try await write { context throws(GalleryError) in
            let parent =
                if report == nil {
                    try context.connection.galleryRow(gallery)
                } else {
                    try context.connection.galleryRow(gallery, of: job)
                }
            if let report { try context.finishJob(job, .succeeded(report: report, summary: summary)) }
            var set: [FaceID] = []
            var rows: [Int64] = []
            for decision in decisions {
                if isCancelled() { throw .jobFinished(job) }
                guard let row = try context.setAside(decision, in: parent.row, job: job) else { continue }
                set.append(decision.face)
                rows.append(row)
            }
            if !rows.isEmpty { try context.connection.touch(parent.row, context.now) }
            context.note(.remove(rows: rows, gallery: gallery))
            return set
        }
    }

    /// The faces set aside, in the order in which they were.
    ///
    /// - Throws: `galleryNotFound`.
    package func quarantine(
        in gallery: GalleryName, _ page: PageRequest = .first
    ) async throws(GalleryError) -> Page<FaceRecord> {
        let after = try page.cursor?.row(in: .quarantine) ?? 0
        return try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            let found = try FaceQuery.records(
                connection, "WHERE q.gallery = ? AND q.id > ? ORDER BY q.id LIMIT ?",
                [.integer(parent.row), .integer(after), .integer(page.lookahead)])
            return page.cut(found) { Cursor(.quarantine, after: $0.quarantineRow ?? 0) }.map(\.record)
        }
    }

    /// Puts faces back, all or none; one that was not set aside stays as it is.
    ///
    /// - Returns: Those put back, in order.
    /// - Throws: `galleryNotFound`, `faceNotFound` with every id that is unknown.
    package func restore(_ faces: [FaceID], in gallery: GalleryName) async throws(GalleryError) -> [FaceID] {
        try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            var rows: [Int64] = []
            var unknown: [FaceID] = []
            for face in faces {
                if let row = try context.connection.findFaceRow(face, in: parent.row) {
                    rows.append(row)
                } else {
                    unknown.append(face)
                }
            }
            guard unknown.isEmpty else { throw .faceNotFound(unknown, gallery: gallery) }
            return try context.putBack(rows, in: parent)
        }
    }

    /// Puts back what a job set aside and nobody put back since.
    ///
    /// - Returns: Those put back, in the order in which they were set aside.
    /// - Throws: `galleryNotFound`, `jobNotFound` when the gallery never had such a job.
    package func restore(job: JobID, in gallery: GalleryName) async throws(GalleryError) -> [FaceID] {
        try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let rows = try context.connection.rows(
                "SELECT face FROM quarantine WHERE gallery = ? AND job_id = ? ORDER BY id",
                [.integer(parent.row), .id(job)]
            ) { $0.integer(0) }
            if rows.isEmpty {
                guard try context.connection.isJob(job, of: parent) else { throw .jobNotFound(job) }
            }
            return try context.putBack(rows, in: parent)
        }
    }
}

extension SQLiteConnection {
    fileprivate func identityNames(in gallery: Int64) throws(GalleryError) -> [IdentityName] {
        try rows("SELECT name FROM identities WHERE gallery = ? ORDER BY name", [.integer(gallery)]) {
            IdentityName(stored: $0.text(0))
        }
    }

    /// What the vectors of the searched faces take.
    fileprivate func searchedBytes(of gallery: GalleryRow) throws(GalleryError) -> Int {
        let faces = try first(
            """
            SELECT (SELECT count(*) FROM faces WHERE gallery = ?1)
                - (SELECT count(*) FROM quarantine WHERE gallery = ?1)
            """, [.integer(gallery.row)]
        ) { $0.count(0) }
        return (faces ?? 0) * gallery.model.dimension * MemoryLayout<Float>.size
    }
}

extension WriteContext {
    /// The face's row; `nil` when it is gone or set aside already.
    fileprivate func setAside(
        _ decision: QuarantineDecision, in gallery: Int64, job: JobID
    ) throws(GalleryError) -> Int64? {
        guard let row = try connection.findFaceRow(decision.face, in: gallery) else { return nil }
        let nearest = try present(decision.nearest, in: gallery)
        let record = QuarantineRecord(
            job: job, reason: decision.reason, angle: decision.angle, nearest: nearest,
            nearestAngle: nearest == nil ? nil : decision.nearestAngle,
            moveTo: try present(decision.moveTo, in: gallery), createdAt: now)
        return try setAside(row, record) ? row : nil
    }

    /// The name, unless its identity was deleted since the job read the gallery.
    private func present(_ identity: IdentityName?, in gallery: Int64) throws(GalleryError) -> IdentityName? {
        guard let identity, try connection.findIdentityRow(identity, in: gallery) != nil else { return nil }
        return identity
    }

    /// False when it is set aside already.
    func setAside(_ face: Int64, _ record: QuarantineRecord) throws(GalleryError) -> Bool {
        try connection.run(
            """
            INSERT INTO quarantine (face, gallery, identity, \(QuarantineColumns.names))
            SELECT id, gallery, identity, ?, ?, ?, ?, ?, ?, ? FROM faces WHERE id = ?
            ON CONFLICT (face) DO NOTHING
            """, QuarantineColumns.values(record) + [.integer(face)]) > 0
    }

    fileprivate func putBack(_ rows: [Int64], in gallery: GalleryRow) throws(GalleryError) -> [FaceID] {
        var faces: [SearchedFace] = []
        for row in rows where try connection.run("DELETE FROM quarantine WHERE face = ?", [.integer(row)]) > 0
        {
            if let face = try connection.searchedFace(row, of: gallery) { faces.append(face) }
        }
        if !faces.isEmpty { try connection.touch(gallery.row, now) }
        note(.insert(faces, gallery: gallery.name))
        return faces.map(\.id)
    }
}

extension SQLiteConnection {
    func searchedFace(_ row: Int64, of gallery: GalleryRow) throws(GalleryError) -> SearchedFace? {
        try first(
            """
            SELECT f.id, f.face_id, f.identity, i.name, f.embedding
            FROM faces f JOIN identities i ON i.id = f.identity WHERE f.id = ?
            """, [.integer(row)]
        ) { row throws(GalleryError) in try SearchedFace(row, of: gallery) }
    }
}
