/// One face to set aside, and what to tell the person who looks at it.
package struct QuarantineDecision: Sendable, Equatable {
    package let identity: String
    package let faceID: String
    package let reason: QuarantineReason
    /// To the dominant center of its identity, degrees.
    package let angleDegrees: Double
    /// The other identity whose dominant center is nearest; nil when there is no other.
    package let nearest: NearestIdentity?
    /// The nearest identity, where that one would accept the face: it is not ambiguous and the angle is under
    /// the threshold.
    package let moveTo: String?
}
