/// A face as the search index takes it in.
struct SearchedFace: Sendable {
    let row: Int64
    let id: FaceID
    let identityRow: Int64
    let identity: IdentityName
    let embedding: [Float]
}

extension SearchedFace {
    /// From the columns `faces.id, face_id, identity, identities.name, embedding`.
    ///
    /// - Throws: `embeddingsDamaged` for an embedding that is no unit vector: a flipped bit in an exponent
    ///   would make it the likeness of half of all strangers.
    init(_ row: Row, of gallery: GalleryRow) throws(GalleryError) {
        switch try Self.read(row, of: gallery) {
        case .success(let face): self = face
        case .failure(let damage):
            var embeddings = DamagedEmbeddings()
            embeddings.add(damage)
            throw .embeddingsDamaged(embeddings)
        }
    }

    /// What the same columns hold: a face of the index, or one whose embedding it can't take.
    static func read(_ row: Row, of gallery: GalleryRow) throws(GalleryError) -> Reading {
        let (id, identity): (FaceID, _) = (try row.id(1), IdentityName(stored: row.text(3)))
        switch row.unitVector(4, dimension: gallery.model.dimension) {
        case .success(let vector):
            return .success(
                Self(
                    row: row.integer(0), id: id, identityRow: row.integer(2), identity: identity,
                    embedding: vector))
        case .failure(let fault):
            return .failure(
                DamagedEmbedding(
                    gallery: gallery.name, identity: identity, face: id, isQuarantined: false, fault: fault))
        }
    }

    typealias Reading = Result<SearchedFace, DamagedEmbedding>
}
