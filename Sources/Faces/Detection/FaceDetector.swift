package import Imaging

/// Finds faces and their five landmarks in an image of any size; safe to call from several threads at once.
package final class FaceDetector: Sendable {
    package let manifest: ModelManifest
    /// Lower-case hexadecimal SHA-256 of the model file.
    package let fingerprint: String

    /// Loads SCRFD or YuNet, recognised by the file's outputs.
    ///
    /// `inputSize` is the side in pixels of the square that images are scaled into, rounded up to a multiple of 32,
    /// for files of free input size (default 640); a file of fixed size keeps its own, and another `inputSize` is
    /// refused with `modelInvalid`.
    package init(modelAt path: String, inputSize: Int? = nil, threads: Int = 1) throws(FacesError) {
        fatalError("API commit")
    }

    /// The faces of an image, largest first; none is an empty array.
    package func detect(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] { fatalError("API commit") }

    /// The faces of a decoded, upright image. `mayBeTurned` allows looking for faces that lie on their side.
    package func detect(
        in image: Image, mayBeTurned: Bool, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] { fatalError("API commit") }
}
