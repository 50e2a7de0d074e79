/// A gallery's sizes, for the metrics.
package struct GalleryStatistics: Sendable, Equatable {
    package let gallery: GalleryName
    package let identities: Int
    /// All faces, those in quarantine included.
    package let faces: Int
    package let quarantined: Int
}
