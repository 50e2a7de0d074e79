import Kernels

/// One enrolled face as purification sees it: an id and a direction on the unit sphere.
package struct EnrolledFace: Sendable {
    /// The gallery's `face_id`, unique over all identities given together.
    package let id: String
    /// L2-normalised; every face of a gallery has the same dimension. `check(dimension:)` holds it to both.
    package let embedding: [Float]
    /// Already set aside: takes no part, is not counted, and is never set aside a second time.
    package let isQuarantined: Bool
    /// Whether what was given counts as a vector of length 1.
    private let isUnit: Bool

    /// - Parameter embedding: of a length that `UnitLength` lets pass; it is scaled to 1, as cosines are dot
    ///   products here.
    package init(id: String, embedding: [Float], isQuarantined: Bool = false) {
        let length = UnitLength.of(embedding)
        self.id = id
        isUnit = UnitLength.holds(length)
        self.embedding = isUnit ? UnitLength.scaled(embedding, from: length) : embedding
        self.isQuarantined = isQuarantined
    }

    /// Throws `dimensionMismatch` or `notUnit`.
    func check(dimension: Int) throws(PurifyError) {
        guard embedding.count == dimension else {
            throw .dimensionMismatch(faceID: id, dimension: embedding.count, expected: dimension)
        }
        guard isUnit else { throw .notUnit(faceID: id) }
    }
}
