package import Encodings

/// A face on its way in from an export, with the id and the times it had.
package struct ImportedFace: Sendable {
    package var id: FaceID
    package var identity: IdentityName
    package var face: NewFace
    /// `nil`: the time of the import.
    package var createdAt: Timestamp?
    package var quarantine: QuarantineRecord?
    /// Of its identity, as `ImportedIdentity` has them.
    package var identityMetadata: JSONObjectText?
    package var identityCreatedAt: Timestamp?
    package var identityUpdatedAt: Timestamp?
    /// The SHA-256 of the model that made the embedding, where the line says so; it must be the gallery's.
    package var fingerprint: String?
    /// The preprocessing that the embedding was made with, likewise (`ModelContract`).
    package var preprocessing: String?

    package init(
        id: FaceID, identity: IdentityName, face: NewFace, createdAt: Timestamp? = nil,
        quarantine: QuarantineRecord? = nil, identityMetadata: JSONObjectText? = nil,
        identityCreatedAt: Timestamp? = nil, identityUpdatedAt: Timestamp? = nil,
        fingerprint: String? = nil, preprocessing: String? = nil
    ) {
        self.id = id
        self.identity = identity
        self.face = face
        self.createdAt = createdAt
        self.quarantine = quarantine
        self.identityMetadata = identityMetadata
        self.identityCreatedAt = identityCreatedAt
        self.identityUpdatedAt = identityUpdatedAt
        self.fingerprint = fingerprint
        self.preprocessing = preprocessing
    }

    var statedIdentity: ImportedIdentity {
        ImportedIdentity(
            name: identity, metadata: identityMetadata, createdAt: identityCreatedAt,
            updatedAt: identityUpdatedAt)
    }
}
