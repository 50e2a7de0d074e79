/// The value of a node's attribute.
package enum AttributeValue: Sendable {
    case int(Int64)
    case float(Float)
    case string([UInt8])
    case tensor(TensorValue)
    case ints([Int64])
    case floats([Float])
    case strings([[UInt8]])
    /// A graph, a sparse tensor, a type: kinds that no supported operator takes.
    case unsupported(kind: String)

    /// The kind of value, for errors.
    package var kind: String {
        switch self {
        case .int: "an integer"
        case .float: "a float"
        case .string: "a string"
        case .tensor: "a tensor"
        case .ints: "a list of integers"
        case .floats: "a list of floats"
        case .strings: "a list of strings"
        case .unsupported(let kind): kind
        }
    }
}

/// An `AttributeProto`.
package struct Attribute: Sendable {
    package let name: String
    package let value: AttributeValue
}
