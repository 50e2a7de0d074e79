package import ONNX

/// Why a model was refused or a run failed.
package enum InferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file cannot be opened or is damaged.
    case unreadable(ONNXError)
    /// The graph as a whole is wrong: the text says what.
    case invalidModel(String)
    /// A node cannot be run: unknown, malformed, or of sizes that do not fit.
    case node(NodeFault)
    /// What the caller gave for an input does not fit the model.
    case input(name: String, reason: String)
    /// A file of raw elements cannot be read or written.
    case file(path: String, reason: String)
    /// The model asks for more memory than the session's limits allow.
    case limit(String)

    package var description: String {
        switch self {
        case .unreadable(let error): "the model file is damaged or unreadable: \(error)"
        case .invalidModel(let reason): "the model is invalid: \(reason)"
        case .node(let fault): fault.description
        case .input(let name, let reason): "input \"\(name)\": \(reason)"
        case .file(let path, let reason): "file \(path): \(reason)"
        case .limit(let reason): "the model is too large to run: \(reason)"
        }
    }
}

/// What is wrong with one node of a graph.
package struct NodeFault: Sendable, Hashable, CustomStringConvertible {
    /// The node's name, or its place and first output where it has none.
    package let node: String
    /// The operator, such as `Conv`, with its domain where that is not ONNX's own.
    package let operatorType: String
    /// The attribute or input at fault, where it is one.
    package let attribute: String?
    package let reason: String

    package init(node: String, operatorType: String, attribute: String?, reason: String) {
        (self.node, self.operatorType, self.attribute, self.reason) = (node, operatorType, attribute, reason)
    }

    package var description: String {
        let place = "node \"\(node)\" (\(operatorType))"
        guard let attribute else { return "\(place): \(reason)" }
        return "\(place), \(attribute): \(reason)"
    }
}
