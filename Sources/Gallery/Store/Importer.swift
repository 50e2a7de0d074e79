/// Moves staged faces into a gallery within a write's transaction.
struct Importer {
    let context: WriteContext
    let gallery: GalleryRow
    let keepsCrops: Bool

    /// Moves the faces of some lines.
    func run(_ lines: Range<Int>, from source: SQLiteConnection) throws(GalleryError) -> ImportSummary {
        let writer = FaceWriter(context: context, gallery: gallery, keepsCrops: keepsCrops)
        var (faces, identities, duplicates) = (0, 0, 0)
        try StagedFace.each(source, lines, dimension: gallery.model.dimension) {
            line, face throws(GalleryError) in
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
        return ImportSummary(faces: faces, identities: identities, duplicates: duplicates)
    }
}
