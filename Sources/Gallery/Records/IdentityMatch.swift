/// An identity and the face of it that is most like a probe.
package struct IdentityMatch: Sendable, Equatable {
    package let identity: IdentityName
    package let face: FaceID
    /// The raw cosine, never past 1 or -1: rounding goes there, and an arc cosine of it is no number.
    package let similarity: Float

    init(identity: IdentityName, face: FaceID, similarity: Float) {
        self.identity = identity
        self.face = face
        self.similarity = min(1, max(-1, similarity))
    }
}
