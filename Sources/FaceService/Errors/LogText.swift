import Faces
import Gallery
import Inference
import SubCenter

/// What the log says of an error.
enum LogText {
    /// The text of our own modules' errors, which hold no personal data by their own rule; of any other the
    /// type.
    static func of(_ error: any Error) -> String {
        switch error {
        case is FacesError, is GalleryError, is InferenceError, is PurifyError, is DamagedTextError:
            "\(error)"
        default: String(reflecting: type(of: error))
        }
    }
}
