extension GalleryStore {
    /// - Throws: `galleryNotFound`, `faceNotFound`.
    package func face(_ face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> FaceRecord {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            let row = try connection.faceRow(face, in: parent)
            let found = try FaceQuery.records(connection, "WHERE f.id = ?", [.integer(row)])
            guard let found = found.first else { throw .faceNotFound([face], gallery: gallery) }
            return found.record
        }
    }

    /// In order of enrolment.
    ///
    /// - Throws: `galleryNotFound`, `identityNotFound`.
    package func faces(
        of identity: IdentityName, in gallery: GalleryName, _ page: PageRequest = .first
    ) async throws(GalleryError) -> Page<FaceRecord> {
        let after = try page.cursor?.row(in: .faces) ?? 0
        return try await read { connection throws(GalleryError) in
            let row = try connection.identityRow(identity, in: connection.galleryRow(gallery))
            let found = try FaceQuery.records(
                connection, "WHERE f.identity = ? AND f.id > ? ORDER BY f.id LIMIT ?",
                [.integer(row), .integer(after), .integer(page.lookahead)])
            return page.cut(found) { Cursor(.faces, after: $0.row) }.map(\.record)
        }
    }

    /// Deletes the face; its identity stays, empty perhaps. Pictures of the identity, in which it may have a
    /// part, go, and the jobs that make such are cancelled.
    ///
    /// - Parameters:
    ///   - cancelled: told after the commit which jobs ended by it, if any.
    ///   - progress: how far such a job has come, 0 to 1.
    /// - Throws: `galleryNotFound`, `faceNotFound`.
    package func deleteFace(
        _ face: FaceID, in gallery: GalleryName, cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) {
        let jobs = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let row = try context.connection.faceRow(face, in: parent)
            let jobs = try context.dropPictures(withFace: row, progress)
            try context.connection.run("DELETE FROM faces WHERE id = ?", [.integer(row)])
            try context.connection.touch(parent.row, context.now)
            context.note(.remove(rows: [row], gallery: gallery))
            return jobs
        }
        cancelled(jobs)
    }

    /// The face's vector, unit length.
    ///
    /// - Throws: `galleryNotFound`, `faceNotFound`.
    package func embedding(of face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> [Float] {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            let found = try connection.first(
                "SELECT embedding FROM faces WHERE gallery = ? AND face_id = ?",
                [.integer(parent.row), .id(face)]
            ) { row throws(GalleryError) in try row.embedding(0, dimension: parent.model.dimension) }
            guard let found else { throw .faceNotFound([face], gallery: gallery) }
            return found
        }
    }

    /// The face's aligned crop, JPEG.
    ///
    /// - Throws: `galleryNotFound`, `faceNotFound`, `cropNotFound`.
    package func crop(of face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> [UInt8] {
        try await read { connection throws(GalleryError) in
            let row = try connection.faceRow(face, in: connection.galleryRow(gallery))
            let crop = try connection.first("SELECT jpeg FROM crops WHERE face = ?", [.integer(row)]) {
                $0.blob(0)
            }
            guard let crop else { throw .cropNotFound(face) }
            return crop
        }
    }
}
