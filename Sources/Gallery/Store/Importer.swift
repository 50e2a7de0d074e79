/// Moves staged faces into a gallery within a write's transaction.
struct Importer {
    let context: WriteContext
    let gallery: GalleryRow
    let keepsCrops: Bool

    func run(from source: SQLiteConnection) throws(GalleryError) -> ImportSummary {
        let newest =
            try context.connection.first("SELECT coalesce(max(id), 0) FROM faces") { $0.integer(0) } ?? 0
        let writer = FaceWriter(context: context, gallery: gallery, keepsCrops: keepsCrops)
        var (faces, identities, duplicates) = (0, 0, 0)
        try StagedFace.each(source, dimension: gallery.model.dimension) { line, face throws(GalleryError) in
            guard try context.connection.findFaceRow(face.id, in: gallery.row) == nil else {
                throw .importRefused(line: line, .faceExists(face.id, gallery: gallery.name))
            }
            let (identity, isNew) = try context.identityRow(
                making: face.identity, in: gallery, metadata: face.identityMetadata ?? .empty)
            if isNew { identities += 1 }
            let outcome = try writer.add(
                face.face, id: face.id, identityRow: identity, createdAt: face.createdAt ?? context.now)
            guard case .added(let row) = outcome else {
                duplicates += 1
                return
            }
            faces += 1
            if let quarantine = face.quarantine { _ = try context.setAside(row, quarantine) }
        }
        if faces + identities > 0 { try context.connection.touch(gallery.row, context.now) }
        context.note(.load(after: newest, gallery: gallery))
        return ImportSummary(faces: faces, identities: identities, duplicates: duplicates)
    }
}
