/// Walks the fields of one protobuf message. Never reads outside its slice, whatever the bytes say.
struct WireReader {
    /// The message's name in the ONNX schema, for errors.
    let message: String

    let slice: ByteSlice
    private var position: Int

    init(_ slice: ByteSlice, message: String) {
        self.slice = slice
        self.message = message
        position = slice.range.lowerBound
    }

    /// The next field, or nil at the end of the message.
    mutating func next() throws(ONNXError) -> WireField? {
        guard position < slice.range.upperBound else { return nil }
        let start = position
        let tag = try varint(field: "tag")
        guard tag >> 3 > 0, tag >> 3 <= 0x1FFF_FFFF else {
            throw ONNXError(
                offset: start, field: "\(message).tag", reason: "field number \(tag >> 3) is none")
        }
        let number = Int(tag >> 3)
        let valueStart = position
        let value = try value(wireType: Int(tag & 7), number: number)
        if case .bytes(let range) = value {
            return WireField(number: number, offset: start, value: value, valueRange: range)
        }
        return WireField(number: number, offset: start, value: value, valueRange: valueStart..<position)
    }

    private mutating func value(wireType: Int, number: Int) throws(ONNXError) -> WireValue {
        let field = "field \(number)"
        switch wireType {
        case 0: return .varint(try varint(field: field))
        case 1: return .fixed64(try fixed(bytes: 8, field: field))
        case 2: return .bytes(try lengthDelimited(field: field))
        case 5: return .fixed32(UInt32(truncatingIfNeeded: try fixed(bytes: 4, field: field)))
        default:
            throw ONNXError(
                offset: position, field: "\(message).\(field)",
                reason: "wire type \(wireType) is not used by ONNX")
        }
    }

    private mutating func lengthDelimited(field: String) throws(ONNXError) -> Range<Int> {
        let start = position
        let length = try varint(field: field)
        let left = slice.range.upperBound - position
        guard length <= UInt64(left) else {
            throw ONNXError(
                offset: start, field: "\(message).\(field)",
                reason: "a length of \(length) bytes where \(left) are left")
        }
        let range = position..<(position + Int(length))
        position = range.upperBound
        return range
    }

    private mutating func fixed(bytes count: Int, field: String) throws(ONNXError) -> UInt64 {
        guard slice.range.upperBound - position >= count else {
            throw ONNXError(offset: position, field: "\(message).\(field)", reason: "is cut off")
        }
        var value: UInt64 = 0
        slice.part(position..<(position + count)).withBytes { bytes in
            for (index, byte) in bytes.enumerated() { value |= UInt64(byte) << UInt64(8 * index) }
        }
        position += count
        return value
    }

    private mutating func varint(field: String) throws(ONNXError) -> UInt64 {
        let start = position
        let rest = slice.part(position..<slice.range.upperBound)
        let read = rest.withBytes { Varint.read($0, at: 0) }
        switch read {
        case .value(let value, let length):
            position += length
            return value
        case .cutOff:
            throw ONNXError(offset: start, field: "\(message).\(field)", reason: "a varint is cut off")
        case .overlong:
            throw ONNXError(offset: start, field: "\(message).\(field)", reason: "a varint of over 64 bits")
        }
    }
}

/// Base-128 integers, least significant group first.
enum Varint {
    enum Result {
        case value(UInt64, length: Int)
        case cutOff
        case overlong
    }

    /// Reads the varint at `start`, which must not be negative.
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Result {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard start + index < bytes.count else { return .cutOff }
            let byte = bytes[start + index]
            if index == 9, byte > 1 { return .overlong }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return .value(value, length: index + 1) }
        }
        return .overlong
    }
}
