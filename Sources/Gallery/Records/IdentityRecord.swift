package import Encodings

/// An identity as lists and reads show it.
package struct IdentityRecord: Sendable, Equatable {
    package let name: IdentityName
    /// All of its faces, those in quarantine included.
    package let faces: Int
    /// How many of `faces` are set aside.
    package let quarantined: Int
    package let metadata: JSONObjectText
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}
