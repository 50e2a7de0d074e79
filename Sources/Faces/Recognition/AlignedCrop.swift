package import Imaging

/// A face turned, scaled and moved onto the recogniser's template.
package struct AlignedCrop: Sendable {
    /// Exactly the recogniser's input size.
    package let image: Image
    /// The face in the upright source image. For an image that came aligned, the whole image with the
    /// template's landmarks.
    package let face: DetectedFace
    /// The face's five landmarks in pixels of `image`.
    package let landmarks: [Point]
    /// Upright source pixels -> pixels of `image`.
    package let transform: SimilarityTransform

    package init(image: Image, face: DetectedFace, landmarks: [Point], transform: SimilarityTransform) {
        self.image = image
        self.face = face
        self.landmarks = landmarks
        self.transform = transform
    }
}
