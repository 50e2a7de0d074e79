package import Encodings

/// What a line of an import says of an identity, be it the line of one of its faces or, where it has none,
/// one of its own.
package struct ImportedIdentity: Sendable {
    package var name: IdentityName
    /// For an identity that has none yet. An empty object says nothing, and no two lines may say different
    /// things.
    package var metadata: JSONObjectText?
    /// For an identity that the import makes; `nil`: the time of the import.
    package var createdAt: Timestamp?
    /// Likewise; `nil`: when it was made.
    package var updatedAt: Timestamp?

    package init(
        name: IdentityName, metadata: JSONObjectText? = nil, createdAt: Timestamp? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.name = name
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
