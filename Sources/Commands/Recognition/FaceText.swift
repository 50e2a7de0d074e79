import FaceService
import Faces

/// Faces in words, for the commands that print to a person.
enum FaceText {
    /// One line about a face: where it is and how sure the detector is.
    static func line(_ face: FaceAnswer) -> String {
        let box = face.face.box
        return
            "face at \(box.x.fixed(0)),\(box.y.fixed(0)), \(box.width.fixed(0)) x \(box.height.fixed(0)) pixels, "
            + "score \(face.face.score.fixed(3))"
    }
}
