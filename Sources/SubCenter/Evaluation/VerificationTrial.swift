/// A pair of faces, how alike they were found, and whether they are one person.
package struct VerificationTrial: Sendable, Equatable {
    /// The cosine, -1...1 and finite.
    package let similarity: Float
    package let same: Bool

    package init(similarity: Float, same: Bool) {
        self.similarity = similarity
        self.same = same
    }

    /// A pair of which a face was not found: it counts as different people whatever the threshold.
    package static func faceNotFound(same: Bool) -> Self { Self(similarity: -1, same: same) }

    /// Nothing that was compared comes this low.
    package var isFaceMissing: Bool { similarity <= -1 }
}
