import Faces
import Imaging

extension FaceDetector {
    /// The faces of pixels at hand.
    func detect(
        in image: Image, mayBeTurned: Bool, options: DetectionOptions = .init()
    ) throws -> [DetectedFace] {
        try detect(in: DecodedPicture(image), mayBeTurned: mayBeTurned, options: options)
    }
}
