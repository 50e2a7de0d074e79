/// Why the bytes of a model file could not be read: where, in which field, and what was wrong with it.
package struct ONNXError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The byte the fault was found at, counted from the start of the file; nil where the file itself could
    /// not be opened.
    package let offset: Int?

    /// The protobuf message and field, such as `TensorProto.dims`, or the path of a file.
    package let field: String

    /// What is wrong, as the second half of a sentence.
    package let reason: String

    package init(offset: Int?, field: String, reason: String) {
        (self.offset, self.field, self.reason) = (offset, field, reason)
    }

    package var description: String {
        guard let offset else { return "\(field): \(reason)" }
        return "offset \(offset), \(field): \(reason)"
    }
}
