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
    /// - Throws: `galleryNotFound`, `faceNotFound` with every id that is unknown.
    package func moveFaces(
        _ faces: [FaceID], to identity: IdentityName, in gallery: GalleryName,
        cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) -> (faces: MovedFaces, identity: IdentityRecord) {
        let (result, record, jobs) = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let placed = try context.connection.placedFaces(faces, in: parent)
            let (target, isNew) = try context.identityRow(making: identity, in: parent)
            let move = FaceMove(context: context, gallery: parent, identity: identity, target: target)
            let jobs = try move.take(placed, restores: true, progress)
            if isNew || move.result.isChange { try context.connection.touch(parent.row, context.now) }
            return (move.result, try context.connection.identityRecord(identity, in: parent), jobs)
        }
        cancelled(jobs)
        return (result, record)
    }

    /// Gives all faces of `source` to another identity. Where there is no such identity, `source` gets its
    /// name and keeps all else; where there is one, `source` goes with the last of its faces. Faces that are
    /// set aside stay so.
    ///
    /// `source` stays where one of its faces does, as a duplicate: no face is deleted.
    ///
    /// - Parameters: as of `moveFaces`.
    /// - Throws: `galleryNotFound`, `identityNotFound` for `source`.
    package func mergeIdentity(
        _ source: IdentityName, into identity: IdentityName, in gallery: GalleryName,
        cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) -> (faces: MovedFaces, identity: IdentityRecord) {
        precondition(source != identity, "an identity merged into itself")
        let (result, record, jobs) = try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            let row = try context.connection.identityRow(source, in: parent)
            let placed = try context.connection.placedFaces(ofIdentity: row)
            var jobs: [JobID] = []
            var result = MovedFaces()
            if let target = try context.connection.findIdentityRow(identity, in: parent.row) {
                let move = FaceMove(context: context, gallery: parent, identity: identity, target: target)
                jobs = try move.take(placed, restores: false, progress)
                result = move.result
                if result.duplicates.isEmpty {
                    jobs += try context.erasePictures(ofIdentity: row, progress)
                    try context.connection.run("DELETE FROM identities WHERE id = ?", [.integer(row)])
                    try context.rename(source, to: identity, in: parent)
                    context.note(.forget(identity: row, gallery: gallery))
                }
            } else {
                try context.connection.run(
                    "UPDATE identities SET name = ?, updated_at = ? WHERE id = ?",
                    [.text(identity.text), .time(context.now), .integer(row)])
                try context.rename(source, to: identity, in: parent)
                try context.renamePictures(ofIdentity: row, to: identity)
                context.note(.rename(identity: row, to: identity, gallery: gallery))
                result.moved = placed.map(\.id)
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

/// A face and where it is now.
private struct PlacedFace {
    let id: FaceID
    let row: Int64
    let identityRow: Int64
    let isSetAside: Bool

    static let columns = """
        f.face_id, f.id, f.identity, EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id) FROM faces f
        """

    init(_ row: Row) throws(GalleryError) {
        (id, self.row, identityRow) = (try row.id(0), row.integer(1), row.integer(2))
        isSetAside = row.integer(3) != 0
    }
}

extension SQLiteConnection {
    /// - Throws: `faceNotFound` with every id that is unknown.
    fileprivate func placedFaces(
        _ faces: [FaceID], in gallery: GalleryRow
    ) throws(GalleryError) -> [PlacedFace] {
        var placed: [PlacedFace] = []
        var unknown: [FaceID] = []
        var seen: Set<FaceID> = []
        for face in faces where seen.insert(face).inserted {
            let found = try first(
                "SELECT \(PlacedFace.columns) WHERE f.gallery = ? AND f.face_id = ?",
                [.integer(gallery.row), .id(face)], PlacedFace.init)
            if let found { placed.append(found) } else { unknown.append(face) }
        }
        guard unknown.isEmpty else { throw .faceNotFound(unknown, gallery: gallery.name) }
        return placed
    }

    fileprivate func placedFaces(ofIdentity row: Int64) throws(GalleryError) -> [PlacedFace] {
        try rows(
            "SELECT \(PlacedFace.columns) WHERE f.identity = ? ORDER BY f.id", [.integer(row)],
            PlacedFace.init)
    }

    /// The face of the identity that was made of the same picture.
    fileprivate func twin(of face: Int64, in identity: Int64) throws(GalleryError) -> FaceID? {
        try first(
            """
            SELECT t.face_id FROM faces f JOIN faces t ON t.identity = ?
                AND t.content_hash = f.content_hash AND t.source_index = f.source_index AND t.id <> f.id
            WHERE f.id = ?
            """, [.integer(identity), .integer(face)]
        ) { row throws(GalleryError) in try row.id(0) }
    }
}

/// Faces on their way to an identity, within a write's transaction.
private final class FaceMove {
    let context: WriteContext
    let gallery: GalleryRow
    let identity: IdentityName
    let target: Int64
    private(set) var result = MovedFaces()

    init(context: WriteContext, gallery: GalleryRow, identity: IdentityName, target: Int64) {
        (self.context, self.gallery, self.identity, self.target) = (context, gallery, identity, target)
    }

    /// - Returns: The jobs that ended by it.
    func take(
        _ faces: [PlacedFace], restores: Bool, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        var jobs: [JobID] = []
        var searched: [Int64] = []
        var back: [Int64] = []
        var left: Set<Int64> = []
        for face in faces {
            if face.identityRow != target {
                if let twin = try context.connection.twin(of: face.row, in: target) {
                    result.duplicates.append(MovedFaces.Duplicate(face: face.id, of: twin))
                    continue
                }
                if left.insert(face.identityRow).inserted {
                    jobs += try context.dropPictures(
                        withFace: face.row, reason: "a face of its identity was given to another", progress)
                }
                try reassign(face.row)
                result.moved.append(face.id)
                if !face.isSetAside { searched.append(face.row) }
            }
            if restores, face.isSetAside {
                try context.connection.run("DELETE FROM quarantine WHERE face = ?", [.integer(face.row)])
                result.restored.append(face.id)
                back.append(face.row)
            }
        }
        context.note(.reassign(rows: searched, to: target, identity, gallery: gallery.name))
        var restored: [SearchedFace] = []
        for row in back {
            if let face = try context.connection.searchedFace(row, of: gallery) { restored.append(face) }
        }
        context.note(.insert(restored, gallery: gallery.name))
        return jobs
    }

    private func reassign(_ face: Int64) throws(GalleryError) {
        for statement in [
            "UPDATE faces SET identity = ? WHERE id = ?", "UPDATE quarantine SET identity = ? WHERE face = ?",
        ] {
            try context.connection.run(statement, [.integer(target), .integer(face)])
        }
    }
}
