extension Attribute {
    /// Reads an `AttributeProto`.
    init(_ slice: ByteSlice, in context: DecodeContext) throws(ONNXError) {
        var fields = AttributeFields()
        var reader = WireReader(slice, message: "AttributeProto")
        while let field = try reader.next() { try fields.take(field, reader, context) }
        name = fields.name
        guard let value = fields.value else {
            throw ONNXError(
                offset: slice.range.lowerBound, field: "AttributeProto.type",
                reason: "attribute \"\(fields.name)\" has type \(fields.type) but no such value")
        }
        self.value = value
    }
}

/// The fields of an `AttributeProto` as they are met.
private struct AttributeFields {
    var name = ""
    var type: Int64 = 0
    var isReference = false
    var float: Float?
    var int: Int64?
    var string: [UInt8]?
    var tensor: TensorValue?
    var floats: [Float] = []
    var ints: [Int64] = []
    var strings: [[UInt8]] = []

    mutating func take(_ field: WireField, _ reader: WireReader, _ context: DecodeContext) throws(ONNXError) {
        let limit = context.limits.maximumAttributeElements
        switch field.number {
        case 1: name = try reader.text(field, "name")
        case 2: float = try reader.float(field, "f")
        case 3: int = try reader.integer(field, "i")
        case 4: string = try reader.bytes(field, "s").bytes
        case 5: tensor = try TensorValue(try reader.bytes(field, "t"), in: context)
        case 7: try reader.appendFloats(field, "floats", to: &floats, limit: limit)
        case 8: try reader.appendIntegers(field, "ints", to: &ints, limit: limit)
        case 9:
            guard strings.count < limit else {
                throw reader.error(field, "strings", "holds more than \(limit)")
            }
            strings.append(try reader.bytes(field, "strings").bytes)
        case 20: type = try reader.integer(field, "type")
        case 21: isReference = try !reader.text(field, "ref_attr_name").isEmpty
        default: break
        }
    }

    /// The value by the declared type. Proto3 leaves out zeros, so a missing scalar is one; files from before
    /// the type was written say what they are by the field that is there.
    var value: AttributeValue? {
        if isReference { return .unsupported(kind: "a reference to a function's attribute") }
        switch type {
        case 0: return untypedValue
        case 1: return .float(float ?? 0)
        case 2: return .int(int ?? 0)
        case 3: return .string(string ?? [])
        case 4: return tensor.map { .tensor($0) }
        case 5: return .unsupported(kind: "a graph")
        case 6: return .floats(floats)
        case 7: return .ints(ints)
        case 8: return .strings(strings)
        case 9: return .unsupported(kind: "a list of tensors")
        case 10: return .unsupported(kind: "a list of graphs")
        case 11, 12: return .unsupported(kind: "a sparse tensor")
        case 13, 14: return .unsupported(kind: "a type")
        default: return .unsupported(kind: "of type \(type)")
        }
    }

    private var untypedValue: AttributeValue? {
        if let float { return .float(float) }
        if let int { return .int(int) }
        if let string { return .string(string) }
        if let tensor { return .tensor(tensor) }
        if !floats.isEmpty { return .floats(floats) }
        if !ints.isEmpty { return .ints(ints) }
        return strings.isEmpty ? nil : .strings(strings)
    }
}
