/// Faces on their way to an identity, within a write's transaction.
final class FaceMove {
    private let context: WriteContext
    private let gallery: GalleryRow
    private let identity: IdentityName
    private let target: Int64
    private(set) var result = MovedFaces()

    /// Searched before and after.
    private var reassigned: [Int64] = []
    private var restored: [SearchedFace] = []
    /// Identities whose pictures went already.
    private var left: Set<Int64> = []

    init(context: WriteContext, gallery: GalleryRow, identity: IdentityName, target: Int64) {
        (self.context, self.gallery, self.identity, self.target) = (context, gallery, identity, target)
    }

    /// One face, by its row.
    ///
    /// - Parameter restores: one that is set aside is searched again.
    /// - Returns: The jobs that ended by it.
    func take(
        _ row: Int64, restores: Bool, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        guard let found = try FaceQuery.records(context.connection, "WHERE f.id = ?", [.integer(row)]).first
        else { return [] }
        let face = found.record
        var jobs: [JobID] = []
        if face.identity != identity {
            let place = try place(of: face)
            if case .taken(let own) = place {
                result.duplicates.append(MovedFaces.Duplicate(face: face.id, of: own))
                return []
            }
            jobs = try leave(row, progress)
            if case .free(let index) = place {
                try context.connection.run(
                    "UPDATE faces SET identity = ?, source_index = ? WHERE id = ?",
                    [.integer(target), index.map { .integer(Int64($0)) } ?? .null, .integer(row)])
            }
            result.moved += 1
            if face.quarantine == nil {
                reassigned.append(row)
            } else {
                try context.connection.run(
                    "UPDATE quarantine SET identity = ? WHERE face = ?", [.integer(target), .integer(row)])
            }
        }
        if restores, face.quarantine != nil {
            try context.connection.run("DELETE FROM quarantine WHERE face = ?", [.integer(row)])
            result.restored.append(face.id)
            if let face = try context.connection.searchedFace(row, of: gallery) { restored.append(face) }
        }
        return jobs
    }

    /// All faces of an identity but duplicates, those set aside too. Those of which the identity has no
    /// picture go at one stroke: there may be 100,000.
    ///
    /// - Returns: The jobs that ended by it.
    func takeAll(of source: Int64, _ progress: (JobID) -> Double) throws(GalleryError) -> [JobID] {
        let values: [SQLiteValue] = [.integer(target), .integer(source)]
        let sharing = try context.connection.rows(
            """
            SELECT id FROM faces f WHERE identity = ?2 AND content_hash IN (
                SELECT content_hash FROM faces WHERE identity = ?1 AND content_hash IS NOT NULL)
            ORDER BY id
            """, values
        ) { $0.integer(0) }
        var jobs: [JobID] = []
        for row in sharing { jobs += try take(row, restores: false, progress) }

        let staying = Set(result.duplicates.map(\.face))
        var rows: [Int64] = []
        let rest = try context.connection.rows(
            """
            SELECT id, face_id, EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id)
            FROM faces f WHERE identity = ? ORDER BY id
            """, [.integer(source)]
        ) { row throws(GalleryError) in
            (row: row.integer(0), id: try row.id(1) as FaceID, isSetAside: row.integer(2) != 0)
        }
        for face in rest where !staying.contains(face.id) {
            rows.append(face.row)
            if !face.isSetAside { reassigned.append(face.row) }
        }
        if let first = rows.first {
            jobs += try leave(first, progress)
            let list = SQLiteValue.text("[" + rows.map(String.init).joined(separator: ",") + "]")
            for statement in [
                "UPDATE faces SET identity = ? WHERE id IN (SELECT value FROM json_each(?))",
                "UPDATE quarantine SET identity = ? WHERE face IN (SELECT value FROM json_each(?))",
            ] {
                try context.connection.run(statement, [.integer(target), list])
            }
            result.moved += rows.count
        }
        try context.forgetItself(identity, target)
        noteChanges()
        return jobs
    }

    /// What the search index has to know, once all is taken.
    func noteChanges() {
        if !reassigned.isEmpty {
            context.note(.reassign(rows: reassigned, to: target, identity, gallery: gallery.name))
        }
        context.note(.insert(restored, gallery: gallery.name))
    }

    private enum Place {
        /// The identity has the face already: the same place of the same picture.
        case taken(by: FaceID)
        /// Its index among the identity's faces of the picture; nil where no picture is known of it.
        case free(index: Int?)
    }

    /// Indices number the faces that one identity has of a picture: between two identities places tell
    /// whether faces are the same, where they are known.
    private func place(of face: FaceRecord) throws(GalleryError) -> Place {
        guard let source = face.source else { return .free(index: nil) }
        let known = try FaceQuery.records(
            context.connection, "WHERE f.identity = ? AND f.content_hash = ? ORDER BY f.source_index",
            [.integer(target), .blob(source.hash.bytes)]
        ).map(\.record)
        var places = KnownPlaces(known)
        if let box = face.details.box {
            if let own = places.take(box) { return .taken(by: own.id) }
        } else if let own = known.first(where: { $0.source == source }) {
            return .taken(by: own.id)
        }
        return .free(index: places.index(preferring: source.index))
    }

    /// Before a face leaves its identity.
    private func leave(_ row: Int64, _ progress: (JobID) -> Double) throws(GalleryError) -> [JobID] {
        let identity = try context.connection.first(
            "SELECT identity FROM faces WHERE id = ?", [.integer(row)]
        ) { $0.integer(0) }
        guard let identity, left.insert(identity).inserted else { return [] }
        return try context.dropPictures(
            withFace: row, reason: "a face of its identity was given to another", progress)
    }
}
