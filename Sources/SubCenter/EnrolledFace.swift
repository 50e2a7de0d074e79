/// One enrolled face as purification sees it: an id and a direction on the unit sphere.
package struct EnrolledFace: Sendable {
    /// The gallery's `face_id`, unique over all identities given together.
    package let id: String
    /// L2-normalised; every face of a gallery has the same dimension. `Purifier` checks both.
    package let embedding: [Float]
    /// Already set aside: takes no part, is not counted, and is never set aside a second time.
    package let isQuarantined: Bool

    package init(id: String, embedding: [Float], isQuarantined: Bool = false) {
        self.id = id
        self.embedding = embedding
        self.isQuarantined = isQuarantined
    }
}
