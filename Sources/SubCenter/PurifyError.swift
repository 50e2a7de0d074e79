/// Why a purification gave no report. Carries names and limits, never an embedding.
package enum PurifyError: Error, Equatable, Sendable {
    /// A parameter is outside its range. `field` is its name in the HTTP body, such as `merge_degrees`;
    /// `allowed` is its range in words.
    case invalidParameter(field: String, value: String, allowed: String)
    /// A parameter was given that the method does not go by. `field` is as above.
    case unusedParameter(field: String, method: PurifyMethod)
    /// Two identities share a name, so that their results could not be told apart.
    case repeatedIdentity(String)
    /// A face id occurs twice.
    case repeatedFace(id: String)
    /// An embedding's dimension differs from that of the first face.
    case dimensionMismatch(faceID: String, dimension: Int, expected: Int)
    /// An embedding has a number that is not finite or a norm that is not 1.
    case notUnit(faceID: String)
    /// `isCancelled` answered true; there is no partial result.
    case cancelled
}

extension PurifyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidParameter(let field, let value, let allowed):
            "\(field) is \(value), allowed is \(allowed)"
        case .unusedParameter(let field, let method):
            "\(field) means nothing to the method \(method.rawValue)"
        case .repeatedIdentity(let name): "identity \(name) was given twice"
        case .repeatedFace(let id): "face \(id) was given twice"
        case .dimensionMismatch(let id, let dimension, let expected):
            "the embedding of face \(id) has \(dimension) numbers, the others \(expected)"
        case .notUnit(let id): "the embedding of face \(id) is not finite and of length 1"
        case .cancelled: "cancelled"
        }
    }
}
