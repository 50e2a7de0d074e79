import VectorSearch

extension GalleryStore {
    /// Who in the gallery a probe might be.
    ///
    /// - Parameters:
    ///   - probe: Unit length, by `model`.
    ///   - top: Distinct identities at most.
    ///   - threshold: The least cosine of a match, inclusive.
    /// - Throws: `galleryNotFound`, `modelMismatch`, `embeddingInvalid`.
    package func search(
        _ probe: [Float], in gallery: GalleryName, model: ModelContract, top: Int, threshold: Float
    ) async throws(GalleryError) -> SearchAnswer {
        let live = try await index(of: gallery)
        try Self.check(probe, model, for: live.gallery)
        // The margin needs a second identity even where one is asked for.
        let ranked = try await searching { () throws(GalleryError) in try live.search(probe, top: max(top, 2))
        }
        let matches = ranked.prefix(max(top, 0)).filter { $0.similarity >= threshold }
        return SearchAnswer(
            matches: matches,
            bestBelow: matches.isEmpty ? ranked.first.map(\.similarity) : nil,
            margin: matches.isEmpty || ranked.count < 2 ? nil : ranked[0].similarity - ranked[1].similarity)
    }

    /// The best of one identity's faces; `nil` when none of them is searched (there is none, or all are set
    /// aside).
    ///
    /// - Throws: `galleryNotFound`, `identityNotFound`, `modelMismatch`, `embeddingInvalid`.
    package func bestMatch(
        for probe: [Float], of identity: IdentityName, in gallery: GalleryName, model: ModelContract
    ) async throws(GalleryError) -> IdentityMatch? {
        try Self.check(probe, model, for: live.row(of: gallery))
        return try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            try parent.require(model)
            let row = try connection.identityRow(identity, in: parent)
            return try connection.searchedFaces(of: row, dimension: model.dimension)
                .map {
                    // Summed as the index sums: a pair of faces has one similarity, whoever is asked.
                    IdentityMatch(
                        identity: identity, face: $0.id, similarity: InnerProduct.of($0.embedding, probe))
                }
                .reduce(nil) { best, next in
                    guard let best, best.similarity >= next.similarity else { return next }
                    return best
                }
        }
    }

    private static func check(
        _ probe: [Float], _ model: ModelContract, for gallery: GalleryRow
    ) throws(GalleryError) {
        try gallery.require(model)
        if let fault = EmbeddingCoding.fault(of: probe, dimension: model.dimension) {
            throw .embeddingInvalid(fault)
        }
    }
}
