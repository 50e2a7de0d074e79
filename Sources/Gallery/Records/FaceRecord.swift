package import Encodings

/// An enrolled face without its vector.
package struct FaceRecord: Sendable, Equatable {
    package let id: FaceID
    package let identity: IdentityName
    /// The raw embedding's length, if known.
    package let norm: Float?
    package let source: FaceSource?
    package let details: FaceDetails
    package let metadata: JSONObjectText
    package let hasCrop: Bool
    /// Why it is set aside; `nil` for a face that is searched.
    package let quarantine: QuarantineRecord?
    package let createdAt: Timestamp
}
