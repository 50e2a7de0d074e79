package import Imaging
package import Inference

/// Why a model, a manifest, an image or a face could not be used; each case carries the facts, never image content.
package enum FacesError: Error, Sendable {
    /// The graph is readable but not what is asked for, e.g. inputs or outputs that no known layout has.
    case modelInvalid(path: String, reason: String)
    /// The engine refused the file, or a run failed.
    case inference(model: String, InferenceError)
    /// A manifest that is not what docs/faces.md describes; `key` is empty when the file as a whole is wrong.
    case manifestInvalid(file: String, key: String, reason: String)
    /// A recogniser of which neither a manifest nor its shape tells the preprocessing.
    case manifestMissing(model: String, manifest: String, reason: String)
    /// Decoding failed or a limit was exceeded.
    case image(ImagingError)
    /// An image that should be an aligned crop of the model's input has another size.
    case wrongCropSize(expectedWidth: Int, expectedHeight: Int, width: Int, height: Int)
    /// Five landmarks that fix no similarity transform: all in one place, not finite, or outside the picture.
    case landmarksDegenerate(reason: String)
    /// A network gave a vector that cannot be made a unit vector, or an output of another shape than announced.
    case outputInvalid(model: String, reason: String)
    /// The start-up check of a loaded model failed.
    case selfTestFailed(model: String, reason: String)
}
