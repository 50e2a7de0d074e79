/// Moves staged lines into a gallery within a write's transaction.
struct Importer {
    let context: WriteContext
    let gallery: GalleryRow
    let keepsCrops: Bool

    /// Moves the identities and faces of some lines; all lines before them are there.
    func run(_ lines: Range<Int>, from source: SQLiteConnection) throws(GalleryError) -> ImportSummary {
        let (made, completed) = try addIdentities(lines, from: source)
        let (faces, duplicates) = try addFaces(lines, from: source)
        return ImportSummary(faces: faces, identities: made, duplicates: duplicates, completed: completed)
    }

    private func addIdentities(
        _ lines: Range<Int>, from source: SQLiteConnection
    ) throws(GalleryError) -> (made: Int, completed: Int) {
        var (made, completed) = (0, 0)
        try StagedIdentity.each(source, lines) { identity throws(GalleryError) in
            let there = try context.connection.first(
                "SELECT id, metadata FROM identities WHERE gallery = ? AND name = ?",
                [.integer(gallery.row), .text(identity.name.text)]
            ) { (row: $0.integer(0), metadata: JSONObjectText(stored: $0.text(1))) }
            if let there {
                guard let metadata = identity.metadata, there.metadata.isEmpty else { return }
                try context.setMetadata(metadata, ofIdentity: there.row)
                completed += 1
            } else {
                try context.insertIdentity(identity, in: gallery)
                made += 1
            }
        }
        return (made, completed)
    }

    private func addFaces(
        _ lines: Range<Int>, from source: SQLiteConnection
    ) throws(GalleryError) -> (added: Int, duplicates: Int) {
        let writer = FaceWriter(context: context, gallery: gallery, keepsCrops: keepsCrops)
        var (added, duplicates) = (0, 0)
        try StagedFace.each(source, lines, dimension: gallery.model.dimension) {
            line, face throws(GalleryError) in
            guard try context.connection.findFaceRow(face.id, in: gallery.row) == nil else {
                throw .importRefused(line: line, .faceExists(face.id, gallery: gallery.name))
            }
            let outcome = try writer.add(
                face.face, id: face.id,
                identityRow: try context.connection.identityRow(face.identity, in: gallery),
                createdAt: face.createdAt ?? context.now)
            guard case .added(let row) = outcome else {
                duplicates += 1
                return
            }
            added += 1
            if let quarantine = face.quarantine { _ = try context.setAside(row, quarantine) }
        }
        return (added, duplicates)
    }
}
