package import Imaging
package import Inference

/// Why a model, a manifest, an image or a face could not be used; each case carries the facts, never image
/// content.
package enum FacesError: Error, Sendable {
    /// The graph is readable but not what is asked for, e.g. inputs or outputs that no known layout has.
    case modelInvalid(path: String, reason: String)
    /// The engine refused the file, or a run failed.
    case inference(model: String, InferenceError)
    /// A manifest that is not what docs/bring-your-own-model.md describes; `key` is empty when the file as a
    /// whole is wrong.
    case manifestInvalid(file: String, key: String, reason: String)
    /// A recogniser of which neither a manifest nor its shape tells the preprocessing.
    case manifestMissing(model: String, manifest: String, reason: String)
    /// A detector input size that is not positive or over the limit.
    case inputSizeInvalid(size: Int, limit: Int)
    /// Decoding failed or a limit was exceeded.
    case image(ImagingError)
    /// An image that should be an aligned crop of the model's input has another size.
    case wrongCropSize(expectedWidth: Int, expectedHeight: Int, width: Int, height: Int)
    /// Five landmarks that fix no similarity transform: all in one place, not finite, or outside the picture.
    case landmarksDegenerate(reason: String)
    /// A network gave a vector that cannot be made a unit vector, or an output of another shape than
    /// announced.
    case outputInvalid(model: String, reason: String)
    /// The start-up check of a loaded model failed.
    case selfTestFailed(model: String, reason: String)
}

extension FacesError: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .modelInvalid(let path, let reason): "the model \(path) cannot be used: \(reason)"
        case .inference(let model, let error): "the model \(model) failed: \(error)"
        case .manifestInvalid(let file, let key, let reason):
            key.isEmpty ? "the manifest \(file) \(reason)" : "the manifest \(file): \"\(key)\" \(reason)"
        case .manifestMissing(let model, let manifest, let reason):
            "the model \(model) needs a manifest \(manifest): \(reason)"
        case .inputSizeInvalid(let size, let limit):
            "a detector input size of \(size) is not possible, it must lie between 1 and \(limit)"
        case .image(let error): "\(error)"
        case .wrongCropSize(let expectedWidth, let expectedHeight, let width, let height):
            "an aligned image must have \(expectedWidth)x\(expectedHeight) pixels, this one has "
                + "\(width)x\(height)"
        case .landmarksDegenerate(let reason): "the face cannot be aligned: \(reason)"
        case .outputInvalid(let model, let reason): "the model \(model) gave an unusable answer: \(reason)"
        case .selfTestFailed(let model, let reason): "the self-test of the model \(model) failed: \(reason)"
        }
    }
}
