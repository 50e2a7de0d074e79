package import Encodings

/// Why a face is set aside.
package struct QuarantineRecord: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        /// It belongs to a group that is not its identity's main one.
        case nonDominant = "non_dominant"
        /// It is too far from its identity's main group.
        case beyondThreshold = "beyond_threshold"
    }

    package let job: JobID
    package let reason: Reason
    /// Degrees to its identity's dominant center.
    package let angle: Float
    /// The other identity that it lies nearest to.
    package let nearest: IdentityName?
    /// Degrees to that identity's dominant center.
    package let nearestAngle: Float?
    /// `nearest`, where that one would accept the face.
    package let moveTo: IdentityName?
    package let createdAt: Timestamp

    package init(
        job: JobID, reason: Reason, angle: Float, nearest: IdentityName? = nil, nearestAngle: Float? = nil,
        moveTo: IdentityName? = nil, createdAt: Timestamp
    ) {
        self.job = job
        self.reason = reason
        self.angle = angle
        self.nearest = nearest
        self.nearestAngle = nearestAngle
        self.moveTo = moveTo
        self.createdAt = createdAt
    }
}
