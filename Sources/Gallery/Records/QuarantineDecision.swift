/// A face that a purification sets aside, and why.
package struct QuarantineDecision: Sendable {
    package let face: FaceID
    package let reason: QuarantineRecord.Reason
    /// Degrees to its identity's dominant center.
    package let angle: Float
    package let nearest: IdentityName?
    /// Degrees to the dominant center of `nearest`.
    package let nearestAngle: Float?
    package let moveTo: IdentityName?

    package init(
        face: FaceID, reason: QuarantineRecord.Reason, angle: Float, nearest: IdentityName? = nil,
        nearestAngle: Float? = nil, moveTo: IdentityName? = nil
    ) {
        self.face = face
        self.reason = reason
        self.angle = angle
        self.nearest = nearest
        self.nearestAngle = nearestAngle
        self.moveTo = moveTo
    }
}
