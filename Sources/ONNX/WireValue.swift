/// One value on the wire of protobuf, by its wire type.
///
/// Source: protobuf.dev, "Encoding". Groups (types 3 and 4) are refused: ONNX has none.
enum WireValue {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(Range<Int>)
}

/// A field as it stands in a message.
struct WireField {
    let number: Int
    /// Where the field's tag begins in the file.
    let offset: Int
    let value: WireValue
    /// Where the value's own bytes lie: after the tag, and after the length of a length-delimited field.
    let valueRange: Range<Int>
}
