extension DataType {
    /// The typed field that holds elements of this type when there is no `raw_data` (comments of onnx.proto).
    var encoding: TypedData.Encoding? {
        switch self {
        case .float32: .float
        case .float64: .double
        case .int64: .int64
        case .uint32, .uint64: .uint64
        case .int32, .int16, .int8, .uint16, .uint8, .bool, .float16, .bfloat16: .int32
        default: nil
        }
    }
}

extension TypedData {
    /// How many elements there are, or nil where a piece is damaged.
    var elementCount: Int? {
        var total = 0
        for piece in pieces {
            guard let count = piece.withBytes({ count(of: $0) }) else { return nil }
            total += count
        }
        return total
    }

    private func count(of bytes: UnsafeRawBufferPointer) -> Int? {
        switch encoding {
        case .float: return bytes.count % 4 == 0 ? bytes.count / 4 : nil
        case .double: return bytes.count % 8 == 0 ? bytes.count / 8 : nil
        case .int32, .int64, .uint64:
            var (position, count) = (0, 0)
            while position < bytes.count {
                guard case .value(_, let length) = Varint.read(bytes, at: position) else { return nil }
                position += length
                count += 1
            }
            return count
        }
    }

    /// Writes the elements, each as the low `size` bytes of its value, to `target`, which has room for them.
    func write(elementSize size: Int, to target: UnsafeMutableRawBufferPointer) {
        var position = 0
        for piece in pieces {
            piece.withBytes { bytes in
                switch encoding {
                case .float, .double:
                    UnsafeMutableRawBufferPointer(rebasing: target[position...]).copyMemory(from: bytes)
                    position += bytes.count
                case .int32, .int64, .uint64:
                    position = TypedData.writeVarints(bytes, size, target, position)
                }
            }
        }
    }

    private static func writeVarints(
        _ bytes: UnsafeRawBufferPointer, _ size: Int, _ target: UnsafeMutableRawBufferPointer, _ start: Int
    ) -> Int {
        var (position, written) = (0, start)
        while position < bytes.count, case .value(var value, let length) = Varint.read(bytes, at: position) {
            for index in 0..<size {
                target[written + index] = UInt8(truncatingIfNeeded: value)
                value >>= 8
            }
            written += size
            position += length
        }
        return written
    }
}

extension TensorValue {
    /// Bytes that `copyElements` writes; 0 where the elements cannot be read.
    package var byteCount: Int { count * (dataType.byteCount ?? 0) }

    /// Copies the elements, little-endian in the tensor's own type, to `target` of `byteCount` bytes.
    ///
    /// Traps on a payload that is `.unreadable` and on a target of another size.
    package func copyElements(to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count == byteCount, "\(target.count) bytes for a tensor of \(byteCount)")
        switch payload {
        case .raw(let slice): slice.withBytes { target.copyMemory(from: $0) }
        case .typed(let data): data.write(elementSize: dataType.byteCount ?? 0, to: target)
        case .unreadable(let reason): preconditionFailure(reason)
        }
    }
}
