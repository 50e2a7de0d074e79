/// What purification found in one identity. Encodes with the keys of the HTTP interface.
package struct IdentityReport: Sendable, Equatable, Codable {
    package let identity: String
    /// Faces that took part, those already quarantined not among them.
    package let faces: Int
    /// Faces at each sub-center, most votes first. Sums to `faces`.
    package let subCenters: [Int]
    /// Faces in each group of merged sub-centers, most votes first. Sums to `faces`. A burst of
    /// near-duplicates counts with all its faces here, but has one vote.
    package let groups: [Int]
    /// Index in `groups` of the group that won the vote; nil when there are no faces.
    package let dominant: Int?
    /// Two groups of about equal size: left alone.
    package let ambiguous: Bool
    /// Ids of the faces to set aside, in ascending order.
    package let quarantined: [String]
    /// Mean angle to the dominant center of all faces, degrees; nil when there are none.
    package let angleMeanBefore: Double?
    /// The same over the faces that stay.
    package let angleMeanAfter: Double?

    private enum CodingKeys: String, CodingKey {
        case identity, faces, groups, dominant, ambiguous, quarantined
        case subCenters = "sub_centers"
        case angleMeanBefore = "angle_mean_before"
        case angleMeanAfter = "angle_mean_after"
    }

    /// Written out because the synthesised one leaves nil keys away, and the interface has them as `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(identity, forKey: .identity)
        try container.encode(faces, forKey: .faces)
        try container.encode(subCenters, forKey: .subCenters)
        try container.encode(groups, forKey: .groups)
        try container.encode(dominant, forKey: .dominant)
        try container.encode(ambiguous, forKey: .ambiguous)
        try container.encode(quarantined, forKey: .quarantined)
        try container.encode(angleMeanBefore, forKey: .angleMeanBefore)
        try container.encode(angleMeanAfter, forKey: .angleMeanAfter)
    }
}
