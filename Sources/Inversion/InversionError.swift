package import Faces
package import Inference

/// Why there is no picture or no prior; carries facts about files and models, never numbers of an embedding
/// or pixels.
package enum InversionError: Error, Sendable {
    /// The engine refused the network or a run of it.
    case network(model: String, InferenceError)
    /// The recogniser could not be loaded or gave no embedding.
    case faces(FacesError)
    /// The embedding that was asked for is none of this network.
    case targetInvalid(reason: String)
    /// An option is outside its range; `option` is its name, `allowed` the range in words.
    case optionInvalid(option: String, value: String, allowed: String)
    /// The network's answer or its gradient is not finite, or of another size than announced.
    case answerInvalid(model: String, reason: String)
    /// A prior's file cannot be read or written.
    case priorInaccessible(file: String, reason: String)
    /// A prior's file that is not what docs/inversion.md describes.
    case priorInvalid(file: String, reason: String)
    /// A prior that was recorded for another model.
    case priorForeign(file: String, reason: String)
    /// A prior of so few faces would show whose they are.
    case tooFewFaces(count: Int, least: Int)
    /// `isCancelled` answered true; there is no partial result.
    case cancelled
}

extension InversionError: CustomStringConvertible {
    /// One sentence without a full stop.
    package var description: String {
        switch self {
        case .network(let model, let error): "the model \(model) can't be inverted: \(error)"
        case .faces(let error): "\(error)"
        case .targetInvalid(let reason): "the embedding cannot be inverted: \(reason)"
        case .optionInvalid(let option, let value, let allowed):
            "\(option) is \(value), allowed is \(allowed)"
        case .answerInvalid(let model, let reason): "the model \(model) gave an unusable answer: \(reason)"
        case .priorInaccessible(let file, let reason): "the prior \(file) \(reason)"
        case .priorInvalid(let file, let reason): "the prior \(file) cannot be used: \(reason)"
        case .priorForeign(let file, let reason): "the prior \(file) belongs to another model: \(reason)"
        case .tooFewFaces(let count, let least):
            "a prior needs \(least) faces or more, there are \(count): a mean of few shows whose they are"
        case .cancelled: "cancelled"
        }
    }
}
