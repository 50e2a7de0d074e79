extension GalleryStore {
    /// Enrols faces in one transaction, all or none; the identity is created when it is new.
    ///
    /// - Returns: What became of each, in order. A source that the identity has already is a duplicate of its
    ///   first face, within the call too.
    /// - Throws: `galleryNotFound`, `modelMismatch`, `embeddingInvalid`, `detailsInvalid`.
    package func enroll(
        _ faces: [NewFace], as identity: IdentityName, in gallery: GalleryName, model: ModelContract
    ) async throws(GalleryError) -> [EnrolledFace] {
        for face in faces { try FaceWriter.check(face, dimension: model.dimension) }
        return try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            try parent.require(model)
            guard !faces.isEmpty else { return [] }
            let identityRow = try context.identityRow(making: identity, in: parent).row
            let writer = FaceWriter(context: context, gallery: parent, keepsCrops: self.options.keepsCrops)
            let (enrolled, searched) = try writer.enroll(faces, identity, identityRow)
            if !searched.isEmpty {
                try context.connection.touch(parent.row, context.now)
                context.note(.insert(searched, gallery: gallery))
            }
            return enrolled
        }
    }

    /// The faces that the identity has already of a content, by their index in it, so that nothing need be
    /// computed for them.
    ///
    /// - Throws: `galleryNotFound`; a new identity just has no such face.
    package func faces(
        from content: ContentHash, of identity: IdentityName, in gallery: GalleryName
    ) async throws(GalleryError) -> [FaceRecord] {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            return try FaceQuery.records(
                connection,
                "WHERE i.gallery = ? AND i.name = ? AND f.content_hash = ? ORDER BY f.source_index",
                [.integer(parent.row), .text(identity.text), .blob(content.bytes)]
            ).map(\.record)
        }
    }
}

extension FaceWriter {
    private func known(_ content: ContentHash, _ identityRow: Int64) throws(GalleryError) -> [FaceRecord] {
        try FaceQuery.records(
            context.connection, "WHERE f.identity = ? AND f.content_hash = ? ORDER BY f.source_index",
            [.integer(identityRow), .blob(content.bytes)]
        ).map(\.record)
    }

    fileprivate func enroll(
        _ faces: [NewFace], _ identity: IdentityName, _ identityRow: Int64
    ) throws(GalleryError) -> ([EnrolledFace], [SearchedFace]) {
        var enrolled: [EnrolledFace] = []
        var searched: [SearchedFace] = []
        var places = SettledPlaces()
        for face in faces {
            let id = FaceID.random()
            var face = face
            if let source = face.source, let box = face.details.box {
                face.source = try places.settled(source, box) { () throws(GalleryError) in
                    try known(source.hash, identityRow)
                }
            }
            switch try add(face, id: id, identityRow: identityRow, createdAt: context.now) {
            case .duplicate(let first, let isQuarantined):
                enrolled.append(
                    EnrolledFace(id: first, isDuplicate: true, isQuarantined: isQuarantined))
            case .added(let row):
                enrolled.append(EnrolledFace(id: id, isDuplicate: false, isQuarantined: false))
                searched.append(
                    SearchedFace(
                        row: row, id: id, identityRow: identityRow, identity: identity,
                        embedding: face.embedding))
            }
        }
        return (enrolled, searched)
    }
}
