package import Encodings

/// A face with everything that belongs to it: what an export writes and an import reads.
package struct StoredFace: Sendable, Equatable {
    package let record: FaceRecord
    /// Unit length.
    package let embedding: [Float]
    /// JPEG.
    package let crop: [UInt8]?
    /// The preprocessing that the crop was cut for; `nil` for the gallery's own.
    package let cropGeometry: String?
    /// The metadata of the face's identity.
    package let identityMetadata: JSONObjectText
    /// The times of the face's identity.
    package let identityCreatedAt: Timestamp
    package let identityUpdatedAt: Timestamp
}
