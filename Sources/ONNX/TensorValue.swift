/// A `TensorProto`: an initializer or the value of an attribute, whose elements still lie in its file.
package struct TensorValue: Sendable {
    /// Where the elements are.
    package enum Payload: Sendable {
        /// Little-endian elements, as many bytes as the shape asks for; in the model or in a file beside it.
        case raw(ByteSlice)
        /// Pieces of one of the typed fields, in order.
        case typed(TypedData)
        /// In another file that cannot be had, or of a type that is not read: whoever needs the elements
        /// refuses.
        case unreadable(reason: String)
    }

    package let name: String
    package let shape: [Int]
    package let dataType: DataType
    /// The product of `shape`.
    package let count: Int
    package let payload: Payload
    /// Where the message begins in the file.
    package let offset: Int
}

/// The elements of a tensor in one of the typed fields of `TensorProto`.
package struct TypedData: Sendable {
    /// How the elements are written.
    package enum Encoding: Sendable, Hashable {
        case float, double, int32, int64, uint64
    }

    package let encoding: Encoding
    /// Packed runs of elements.
    let pieces: [ByteSlice]
}
