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

    /// The faces that the identity has already of a content, by their index in it, so that nothing need be computed for them.
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
    /// The face under an index in its image that is its own: of the same image another request may have enrolled other faces, or
    /// this one, since the index was chosen.
    private func settled(_ face: NewFace, _ identityRow: Int64) throws(GalleryError) -> NewFace {
        guard let source = face.source, let box = face.details.box else { return face }
        let known = try FaceQuery.records(
            context.connection, "WHERE f.identity = ? AND f.content_hash = ? ORDER BY f.source_index",
            [.integer(identityRow), .blob(source.hash.bytes)]
        ).map(\.record)
        var places = KnownPlaces(known)
        var index = source.index
        if let same = places.take(box)?.source {
            index = same.index
        } else if known.contains(where: { $0.source?.index == index }) {
            index = places.nextIndex()
        }
        var face = face
        face.source = FaceSource(hash: source.hash, index: index)
        return face
    }

    fileprivate func enroll(
        _ faces: [NewFace], _ identity: IdentityName, _ identityRow: Int64
    ) throws(GalleryError) -> ([EnrolledFace], [SearchedFace]) {
        var enrolled: [EnrolledFace] = []
        var searched: [SearchedFace] = []
        for face in faces {
            let id = FaceID.random()
            let face = try settled(face, identityRow)
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
