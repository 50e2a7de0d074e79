/// The purification report of the HTTP interface; encodes with its keys.
package struct PurificationReport: Sendable, Equatable, Codable {
    /// Identities judged.
    package let identities: Int
    /// Faces of those identities that took part; `kept + quarantined`.
    package let faces: Int
    /// Faces in dominant groups.
    package let dominant: Int
    package let quarantined: Int
    package let kept: Int
    /// One entry an identity judged, in ascending order of the names' UTF-8 bytes.
    package let perIdentity: [IdentityReport]
    /// The closest first.
    package let possibleDuplicates: [PossibleDuplicate]
    /// Wall time. Purification has no clock: the caller fills this in.
    package var seconds: Double = 0

    private enum CodingKeys: String, CodingKey {
        case identities, faces, dominant, quarantined, kept, seconds
        case perIdentity = "per_identity"
        case possibleDuplicates = "possible_duplicates"
    }
}
