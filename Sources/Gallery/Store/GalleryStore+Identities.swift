extension GalleryStore {
    /// Creates the identity, or finds it there and replaces its metadata when some is given.
    ///
    /// - Throws: `galleryNotFound`.
    package func putIdentity(
        _ identity: IdentityName, in gallery: GalleryName, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> (identity: IdentityRecord, isNew: Bool) {
        try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let (row, isNew) = try context.identityRow(
                making: identity, in: parent, metadata: metadata ?? .empty)
            if let metadata, !isNew { try context.setMetadata(metadata, ofIdentity: row) }
            if isNew || metadata != nil { try context.connection.touch(parent.row, context.now) }
            return (try context.connection.identityRecord(identity, in: parent), isNew)
        }
    }

    /// - Throws: `galleryNotFound`, `identityNotFound`.
    package func identity(
        _ identity: IdentityName, in gallery: GalleryName
    ) async throws(GalleryError) -> IdentityRecord {
        try await read { connection throws(GalleryError) in
            try connection.identityRecord(identity, in: connection.galleryRow(gallery))
        }
    }

    /// Looks whether the gallery has all of these identities, in one read.
    ///
    /// - Throws: `galleryNotFound`, `identityNotFound` with the first that is missing.
    package func requireIdentities(
        _ identities: [IdentityName], in gallery: GalleryName
    ) async throws(GalleryError) {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            for identity in identities { _ = try connection.identityRow(identity, in: parent) }
        }
    }

    /// By name, in byte order.
    ///
    /// - Throws: `galleryNotFound`.
    package func identities(
        in gallery: GalleryName, _ page: PageRequest = .first
    ) async throws(GalleryError) -> Page<IdentityRecord> {
        let after = try page.cursor?.name(in: .identities) ?? ""
        return try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            let found = try connection.rows(
                IdentityRecord.select + " WHERE i.gallery = ? AND i.name > ? ORDER BY i.name LIMIT ?",
                [.integer(parent.row), .text(after), .integer(page.lookahead)], IdentityRecord.init)
            return page.cut(found) { Cursor(.identities, after: $0.name.text) }
        }
    }

    /// Deletes the identity with all its faces and all pictures of them, and cancels the jobs that make such.
    ///
    /// - Parameters:
    ///   - cancelled: told after the commit which jobs ended by it, if any.
    ///   - progress: how far such a job has come, 0 to 1.
    /// - Throws: `galleryNotFound`, `identityNotFound`.
    package func deleteIdentity(
        _ identity: IdentityName, in gallery: GalleryName, cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) {
        let jobs = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let row = try context.connection.identityRow(identity, in: parent)
            let jobs = try context.erasePictures(ofIdentity: row, progress)
            let faces = try context.connection.rows(
                "SELECT id FROM faces WHERE identity = ?", [.integer(row)]
            ) {
                $0.integer(0)
            }
            try context.connection.run("DELETE FROM identities WHERE id = ?", [.integer(row)])
            try context.eraseName(identity, in: parent)
            try context.connection.touch(parent.row, context.now)
            context.note(.remove(rows: faces, gallery: gallery))
            context.note(.forget(identity: row, gallery: gallery))
            return jobs
        }
        cancelled(jobs)
    }
}

extension WriteContext {
    /// The identity's row, made when it is new.
    func identityRow(
        making identity: IdentityName, in gallery: GalleryRow, metadata: JSONObjectText = .empty
    ) throws(GalleryError) -> (row: Int64, isNew: Bool) {
        if let row = try connection.findIdentityRow(identity, in: gallery.row) { return (row, false) }
        try insertIdentity(ImportedIdentity(name: identity, metadata: metadata), in: gallery)
        return (connection.lastInsertedRow, true)
    }

    /// Makes an identity that is not there, with the times that are known of it.
    func insertIdentity(_ identity: ImportedIdentity, in gallery: GalleryRow) throws(GalleryError) {
        let createdAt = identity.createdAt ?? now
        try connection.run(
            """
            INSERT INTO identities (gallery, name, metadata, created_at, updated_at, named_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(gallery.row), .text(identity.name.text), .text((identity.metadata ?? .empty).text),
                .time(createdAt), .time(identity.updatedAt ?? createdAt),
                // Who was made elsewhere, or before a deletion, has the name here since now.
                identity.createdAt == nil ? .null : .time(now),
            ])
    }

    func setMetadata(_ metadata: JSONObjectText, ofIdentity row: Int64) throws(GalleryError) {
        try connection.run(
            "UPDATE identities SET metadata = ?, updated_at = ? WHERE id = ?",
            [.text(metadata.text), .time(now), .integer(row)])
    }
}

extension SQLiteConnection {
    func identityRecord(
        _ identity: IdentityName, in gallery: GalleryRow
    ) throws(GalleryError) -> IdentityRecord {
        let found = try first(
            IdentityRecord.select + " WHERE i.gallery = ? AND i.name = ?",
            [.integer(gallery.row), .text(identity.text)], IdentityRecord.init)
        guard let found else { throw .identityNotFound(identity, gallery: gallery.name) }
        return found
    }
}

extension IdentityRecord {
    static let select = """
        SELECT i.name, i.metadata, i.created_at, i.updated_at,
            (SELECT count(*) FROM faces f WHERE f.identity = i.id),
            (SELECT count(*) FROM quarantine q WHERE q.identity = i.id)
        FROM identities i
        """

    /// Of a row of `select`.
    init(_ row: Row) {
        self.init(
            name: IdentityName(stored: row.text(0)), faces: row.count(4), quarantined: row.count(5),
            metadata: JSONObjectText(stored: row.text(1)), createdAt: row.time(2), updatedAt: row.time(3))
    }
}
