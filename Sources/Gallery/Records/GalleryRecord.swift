/// A gallery as lists and reads show it.
package struct GalleryRecord: Sendable, Equatable {
    package let name: GalleryName
    package let description: String?
    package let metadata: JSONObjectText
    package let model: ModelContract
    /// The calibrated threshold (a cosine), if one was set.
    package let threshold: Float?
    package let identities: Int
    /// All of its faces, those in quarantine included.
    package let faces: Int
    /// How many of `faces` are set aside.
    package let quarantined: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}
