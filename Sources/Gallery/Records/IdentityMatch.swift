/// An identity and the face of it that is most like a probe.
package struct IdentityMatch: Sendable, Equatable {
    package let identity: IdentityName
    package let face: FaceID
    /// The raw cosine.
    package let similarity: Float
}
