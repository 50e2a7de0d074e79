extension GalleryStore {
    /// Gives faces to an identity, which is created when new, all or none. One that was set aside is searched
    /// again: whoever names it has judged it.
    ///
    /// The pictures of the identities that they leave go, as with a deletion, and the jobs that make such are
    /// cancelled.
    ///
    /// - Parameters:
    ///   - cancelled: told after the commit which jobs ended by it, if any.
    ///   - progress: how far such a job has come, 0 to 1.
    /// - Throws: `galleryNotFound`, `jobRunning` while the gallery has a job, which goes by whose faces are
    ///   whose, `faceNotFound` with every id that is unknown.
    package func moveFaces(
        _ faces: [FaceID], to identity: IdentityName, in gallery: GalleryName,
        cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) -> (faces: MovedFaces, identity: IdentityRecord) {
        let (result, record, jobs) = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            try context.connection.requireNoJob(on: parent)
            let rows = try context.connection.faceRows(faces, in: parent)
            let (target, isNew) = try context.identityRow(making: identity, in: parent)
            let move = FaceMove(context: context, gallery: parent, identity: identity, target: target)
            var jobs: [JobID] = []
            for row in rows { jobs += try move.take(row, restores: true, progress) }
            move.noteChanges()
            if isNew || move.result.isChange { try context.connection.touch(parent.row, context.now) }
            return (move.result, try context.connection.identityRecord(identity, in: parent), jobs)
        }
        cancelled(jobs)
        return (result, record)
    }

    /// Gives all faces of `source` to another identity. Where there is no such identity, `source` gets its
    /// name and keeps all else; where there is one, `source` goes with the last of its faces, and its
    /// metadata stay where the other has none. Faces that are set aside stay so.
    ///
    /// `source` stays where one of its faces does, as a duplicate: no face is deleted.
    ///
    /// - Parameters: as of `moveFaces`.
    /// - Throws: `galleryNotFound`, `jobRunning`, `identityNotFound` for `source`.
    package func mergeIdentity(
        _ source: IdentityName, into identity: IdentityName, in gallery: GalleryName,
        cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) -> (faces: MovedFaces, identity: IdentityRecord) {
        precondition(source != identity, "an identity merged into itself")
        let (result, record, jobs) = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            try context.connection.requireNoJob(on: parent)
            let row = try context.connection.identityRow(source, in: parent)
            var jobs: [JobID] = []
            var result = MovedFaces()
            if let target = try context.connection.findIdentityRow(identity, in: parent.row) {
                let move = FaceMove(context: context, gallery: parent, identity: identity, target: target)
                jobs = try move.takeAll(of: row, progress)
                result = move.result
                if result.duplicates.isEmpty {
                    jobs += try context.erasePictures(ofIdentity: row, progress)
                    try context.leaveDetails(of: row, to: target)
                    try context.connection.run("DELETE FROM identities WHERE id = ?", [.integer(row)])
                    try context.rename(source, to: identity, in: parent)
                    context.note(.forget(identity: row, gallery: gallery))
                }
            } else {
                try context.connection.run(
                    "UPDATE identities SET name = ?, updated_at = ?, named_at = ? WHERE id = ?",
                    [.text(identity.text), .time(context.now), .time(context.now), .integer(row)])
                try context.rename(source, to: identity, in: parent)
                try context.renamePictures(ofIdentity: row, to: identity)
                context.note(.rename(identity: row, to: identity, gallery: gallery))
                result.moved = try context.connection.identityRecord(identity, in: parent).faces
            }
            // Who is merged without a face goes all the same.
            if result.isChange || result.duplicates.isEmpty {
                try context.connection.touch(parent.row, context.now)
            }
            return (result, try context.connection.identityRecord(identity, in: parent), jobs)
        }
        cancelled(jobs)
        return (result, record)
    }
}

extension SQLiteConnection {
    /// - Throws: `jobRunning`.
    fileprivate func requireNoJob(on gallery: GalleryRow) throws(GalleryError) {
        if let job = try jobUnderWay(on: gallery) { throw .jobRunning(job, gallery: gallery.name) }
    }

    /// Each once.
    ///
    /// - Throws: `faceNotFound` with every id that is unknown.
    fileprivate func faceRows(
        _ faces: [FaceID], in gallery: GalleryRow
    ) throws(GalleryError) -> [Int64] {
        var rows: [Int64] = []
        var unknown: [FaceID] = []
        var seen: Set<FaceID> = []
        for face in faces where seen.insert(face).inserted {
            if let row = try findFaceRow(face, in: gallery.row) {
                rows.append(row)
            } else {
                unknown.append(face)
            }
        }
        guard unknown.isEmpty else { throw .faceNotFound(unknown, gallery: gallery.name) }
        return rows
    }
}

extension WriteContext {
    /// Before an identity goes into another: what that one lacks.
    fileprivate func leaveDetails(of source: Int64, to target: Int64) throws(GalleryError) {
        let metadata = try connection.first(
            "SELECT metadata FROM identities WHERE id = ?", [.integer(target)]
        ) { JSONObjectText(stored: $0.text(0)) }
        try connection.run(
            """
            UPDATE identities SET named_at = coalesce(identities.named_at, identities.created_at),
                created_at = min(identities.created_at, s.created_at),
                metadata = iif(?, s.metadata, identities.metadata), updated_at = ?
            FROM identities s WHERE identities.id = ? AND s.id = ?
            """,
            [
                .integer(metadata?.isEmpty == true ? 1 : 0), .time(now), .integer(target), .integer(source),
            ])
    }
}
