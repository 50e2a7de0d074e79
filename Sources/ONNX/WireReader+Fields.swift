/// What the fields of ONNX messages hold, each with the check that the wire type fits.
extension WireReader {
    /// An error about `name` of this message.
    func error(_ field: WireField, _ name: String, _ reason: String) -> ONNXError {
        ONNXError(offset: field.offset, field: "\(message).\(name)", reason: reason)
    }

    /// A nested message or the bytes of a field.
    func bytes(_ field: WireField, _ name: String) throws(ONNXError) -> ByteSlice {
        guard case .bytes(let range) = field.value else {
            throw error(field, name, "has the wrong wire type")
        }
        return slice.part(range)
    }

    /// UTF-8 text; other bytes are refused, or two broken names could become the same.
    func text(_ field: WireField, _ name: String) throws(ONNXError) -> String {
        let text = try bytes(field, name).withBytes { String(validating: $0, as: UTF8.self) }
        guard let text else { throw error(field, name, "is not UTF-8") }
        return text
    }

    /// A signed integer.
    func integer(_ field: WireField, _ name: String) throws(ONNXError) -> Int64 {
        guard case .varint(let value) = field.value else {
            throw error(field, name, "has the wrong wire type")
        }
        return Int64(bitPattern: value)
    }

    /// A float32.
    func float(_ field: WireField, _ name: String) throws(ONNXError) -> Float {
        guard case .fixed32(let bits) = field.value else {
            throw error(field, name, "has the wrong wire type")
        }
        return Float(bitPattern: bits)
    }

    /// Appends a repeated integer field, packed or not, to `list`.
    func appendIntegers(
        _ field: WireField, _ name: String, to list: inout [Int64], limit: Int
    ) throws(ONNXError) {
        if case .varint(let value) = field.value {
            list.append(Int64(bitPattern: value))
        } else {
            let packed = try bytes(field, name)
            let room = limit - list.count
            guard let values = packed.withBytes({ WireReader.varints($0, atMost: room) }) else {
                throw error(field, name, "is damaged or holds more than \(limit) integers")
            }
            list += values
        }
        guard list.count <= limit else { throw error(field, name, "holds more than \(limit) integers") }
    }

    /// Appends a repeated float32 field, packed or not, to `list`.
    func appendFloats(_ field: WireField, _ name: String, to list: inout [Float], limit: Int)
        throws(ONNXError)
    {
        if case .fixed32(let bits) = field.value {
            list.append(Float(bitPattern: bits))
        } else {
            let packed = try bytes(field, name)
            guard packed.count % 4 == 0, packed.count / 4 <= limit - list.count else {
                throw error(field, name, "is damaged or holds more than \(limit) floats")
            }
            list += packed.withBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map {
                    bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
                }
            }
        }
        guard list.count <= limit else { throw error(field, name, "holds more than \(limit) floats") }
    }

    private static func varints(_ bytes: UnsafeRawBufferPointer, atMost limit: Int) -> [Int64]? {
        var values: [Int64] = []
        var position = 0
        while position < bytes.count {
            guard values.count < limit, case .value(let value, let length) = Varint.read(bytes, at: position)
            else { return nil }
            values.append(Int64(bitPattern: value))
            position += length
        }
        return values
    }
}
