/// Two identities that look like one person enrolled twice.
package struct PossibleDuplicate: Sendable, Equatable, Codable {
    /// Two names, in ascending order of their UTF-8 bytes.
    package let identities: [String]
    /// Between the dominant centers.
    package let angleDegrees: Double

    private enum CodingKeys: String, CodingKey {
        case identities
        case angleDegrees = "angle_degrees"
    }
}
