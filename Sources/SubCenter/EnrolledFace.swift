/// One enrolled face as purification sees it: an id and a direction on the unit sphere.
package struct EnrolledFace: Sendable {
    /// The gallery's `face_id`, unique over all identities given together.
    package let id: String
    /// L2-normalised; every face of a gallery has the same dimension. `check(dimension:)` holds it to both.
    package let embedding: [Float]
    /// Already set aside: takes no part, is not counted, and is never set aside a second time.
    package let isQuarantined: Bool

    package init(id: String, embedding: [Float], isQuarantined: Bool = false) {
        self.id = id
        self.embedding = embedding
        self.isQuarantined = isQuarantined
    }

    /// How far the length of an embedding may be from 1: half-precision storage costs less.
    private static let lengthTolerance: Float = 2e-3

    /// Throws `dimensionMismatch` or `notUnit`.
    func check(dimension: Int) throws(PurifyError) {
        guard embedding.count == dimension else {
            throw .dimensionMismatch(faceID: id, dimension: embedding.count, expected: dimension)
        }
        let length = Sphere.dot(embedding, embedding).squareRoot()
        guard abs(length - 1) <= Self.lengthTolerance else { throw .notUnit(faceID: id) }
    }
}
