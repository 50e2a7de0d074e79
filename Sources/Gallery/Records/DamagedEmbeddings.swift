/// A stored embedding that is no unit vector of its gallery's model.
package struct DamagedEmbedding: Error, Sendable, Equatable {
    package let gallery: GalleryName
    package let identity: IdentityName
    package let face: FaceID
    /// Whether the face is set aside; the search has no use for its embedding then, and the start does not
    /// look at it.
    package let isQuarantined: Bool
    package let fault: EmbeddingFault
}

/// The damaged embeddings of a database. A broken disk can spoil all of them, so the list ends somewhere.
package struct DamagedEmbeddings: Sendable, Equatable {
    /// The most that are listed one by one.
    package static let listLimit = 100

    /// All there are.
    package private(set) var count = 0
    /// The first `listLimit`, by gallery and in order of enrolment.
    package private(set) var listed: [DamagedEmbedding] = []

    mutating func add(_ embedding: DamagedEmbedding) {
        count += 1
        if listed.count < Self.listLimit { listed.append(embedding) }
    }
}

extension DamagedEmbedding: CustomStringConvertible {
    /// One sentence for the operator, who has to find the photograph: with the identity, and without the
    /// vector.
    package var description: String {
        "the embedding of face \(face) of identity \(identity) in gallery \(gallery) is damaged: \(fault)"
            + (isQuarantined ? " (set aside)" : "")
    }
}

extension DamagedEmbeddings {
    /// A sentence for each that is listed, and one for the rest.
    var sentences: [String] {
        let rest = count - listed.count
        return listed.map(\.description) + (rest > 0 ? ["\(rest) more embeddings are damaged"] : [])
    }
}
