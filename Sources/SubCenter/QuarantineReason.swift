/// Why a face is set aside. The raw values are those of the HTTP interface.
package enum QuarantineReason: String, Sendable, Codable {
    /// It belongs to a group that lost the vote, and is too far from the dominant center.
    case nonDominant = "non_dominant"
    /// It belongs to the dominant group and still is too far from its center.
    case beyondThreshold = "beyond_threshold"
}
