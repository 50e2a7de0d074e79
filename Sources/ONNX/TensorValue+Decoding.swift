extension TensorValue {
    /// Reads a `TensorProto` and checks that it holds as many elements as its shape says.
    init(_ slice: ByteSlice, in context: DecodeContext) throws(ONNXError) {
        var fields = TensorFields()
        var reader = WireReader(slice, message: "TensorProto")
        while let field = try reader.next() { try fields.take(field, reader, context.limits) }
        offset = slice.range.lowerBound
        name = fields.name
        dataType = DataType(code: fields.typeCode)
        shape = try TensorValue.checkedShape(fields.dims, offset: offset)
        count = try TensorValue.checkedCount(shape, offset: offset)
        payload = try fields.payload(dataType, count: count, offset: offset, context.files)
    }

    private static func checkedShape(_ dims: [Int64], offset: Int) throws(ONNXError) -> [Int] {
        guard let negative = dims.first(where: { $0 < 0 }) else { return dims.map { Int($0) } }
        throw ONNXError(offset: offset, field: "TensorProto.dims", reason: "a dimension of \(negative)")
    }

    private static func checkedCount(_ shape: [Int], offset: Int) throws(ONNXError) -> Int {
        var product = 1
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            // Sixteen times headroom: a count of bytes, at most eight an element, cannot overflow either.
            guard !overflow, next <= Int.max / 16 else {
                throw ONNXError(
                    offset: offset, field: "TensorProto.dims", reason: "too many elements: \(shape)")
            }
            product = next
        }
        return product
    }
}

/// The fields of a `TensorProto` as they are met.
private struct TensorFields {
    var name = ""
    var dims: [Int64] = []
    var typeCode = 0
    var raw: ByteSlice?
    var typed: [TypedData.Encoding: [ByteSlice]] = [:]
    /// `data_location`, which alone decides: `external_data` may have been left behind.
    var location: Int64 = 0
    var external = ExternalReference()

    mutating func take(_ field: WireField, _ reader: WireReader, _ limits: DecodeLimits) throws(ONNXError) {
        switch field.number {
        case 1: try reader.appendIntegers(field, "dims", to: &dims, limit: limits.maximumRank)
        case 2: typeCode = Int(try reader.integer(field, "data_type"))
        case 3: throw reader.error(field, "segment", "tensors in segments are not supported")
        case 4: try append(field, reader, "float_data", .float, limits)
        case 5: try append(field, reader, "int32_data", .int32, limits)
        case 7: try append(field, reader, "int64_data", .int64, limits)
        case 8: name = try reader.text(field, "name")
        case 9: raw = try reader.bytes(field, "raw_data")
        case 10: try append(field, reader, "double_data", .double, limits)
        case 11: try append(field, reader, "uint64_data", .uint64, limits)
        case 13: try external.take(field, reader)
        case 14: location = try reader.integer(field, "data_location")
        default: break
        }
    }

    private mutating func append(
        _ field: WireField, _ reader: WireReader, _ name: String, _ encoding: TypedData.Encoding,
        _ limits: DecodeLimits
    ) throws(ONNXError) {
        guard typed[encoding, default: []].count < limits.maximumDataPieces else {
            throw reader.error(field, name, "comes in over \(limits.maximumDataPieces) pieces")
        }
        typed[encoding, default: []].append(try piece(field, reader, name, encoding))
    }

    /// The bytes of a packed run, or of the one element that stands by itself (an unpacked field).
    private func piece(
        _ field: WireField, _ reader: WireReader, _ name: String, _ encoding: TypedData.Encoding
    ) throws(ONNXError) -> ByteSlice {
        switch (field.value, encoding) {
        case (.bytes, _), (.fixed32, .float), (.fixed64, .double), (.varint, .int32), (.varint, .int64),
            (.varint, .uint64):
            return reader.slice.part(field.valueRange)
        default: throw reader.error(field, name, "has the wrong wire type")
        }
    }

    func payload(
        _ type: DataType, count: Int, offset: Int, _ files: ExternalFiles
    ) throws(ONNXError) -> TensorValue.Payload {
        guard let size = type.byteCount, let encoding = type.encoding else {
            return .unreadable(reason: "element type \(type) is not supported")
        }
        if location != 0 { return externalPayload(byteCount: count * size, files) }
        if let raw {
            guard raw.count == count * size else {
                throw TensorFields.sizeError(
                    "raw_data", "\(raw.count) bytes for \(count) elements of \(type)", offset)
            }
            return .raw(raw)
        }
        let data = TypedData(encoding: encoding, pieces: typed[encoding] ?? [])
        guard let held = data.elementCount else {
            throw TensorFields.sizeError("\(encoding)_data", "the elements are damaged", offset)
        }
        guard held == count else {
            throw TensorFields.sizeError(
                "\(encoding)_data", "\(held) elements where the shape has \(count)", offset)
        }
        return .typed(data)
    }

    private func externalPayload(byteCount: Int, _ files: ExternalFiles) -> TensorValue.Payload {
        guard location == 1 else {
            return .unreadable(reason: "its data is in a place of number \(location), which is not known")
        }
        guard raw == nil, typed.isEmpty else {
            return .unreadable(reason: "its data is in another file and in the model")
        }
        do throws(ExternalFault) {
            return .raw(try files.bytes(try external.place(byteCount: byteCount)))
        } catch {
            return .unreadable(reason: error.reason)
        }
    }

    private static func sizeError(_ field: String, _ reason: String, _ offset: Int) -> ONNXError {
        ONNXError(offset: offset, field: "TensorProto.\(field)", reason: reason)
    }
}
