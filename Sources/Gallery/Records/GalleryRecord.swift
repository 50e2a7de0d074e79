package import Encodings

/// A gallery as lists and reads show it.
package struct GalleryRecord: Sendable, Equatable {
    package let name: GalleryName
    package let description: String?
    package let metadata: JSONObjectText
    package let model: ModelContract
    /// Its own threshold, where a calibration's was put in force.
    package let calibration: CalibratedThreshold?
    package let identities: Int
    /// All of its faces, those in quarantine included.
    package let faces: Int
    /// How many of `faces` are set aside.
    package let quarantined: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    /// The calibrated threshold (a cosine), if there is one.
    package var threshold: Float? { calibration?.similarity }
}
