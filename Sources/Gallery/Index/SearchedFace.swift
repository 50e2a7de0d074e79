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
    init(_ row: Row, dimension: Int) throws(GalleryError) {
        self.init(
            row: row.integer(0), id: try row.id(1), identityRow: row.integer(2),
            identity: IdentityName(stored: row.text(3)), embedding: try row.embedding(4, dimension: dimension)
        )
    }
}
