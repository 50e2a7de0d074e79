/// A face that a purification sets aside, and why.
package struct QuarantineDecision: Sendable {
    package let face: FaceID
    /// Whose it was when it was judged: of another it says nothing. Nil where it holds whoever's it is.
    package let identity: IdentityName?
    package let reason: QuarantineRecord.Reason
    /// Degrees to its identity's dominant center.
    package let angle: Float
    package let nearest: IdentityName?
    /// Degrees to the dominant center of `nearest`.
    package let nearestAngle: Float?
    package let moveTo: IdentityName?

    package init(
        face: FaceID, of identity: IdentityName? = nil, reason: QuarantineRecord.Reason, angle: Float,
        nearest: IdentityName? = nil,
        nearestAngle: Float? = nil, moveTo: IdentityName? = nil
    ) {
        self.face = face
        self.identity = identity
        self.reason = reason
        self.angle = angle
        self.nearest = nearest
        self.nearestAngle = nearestAngle
        self.moveTo = moveTo
    }
}
