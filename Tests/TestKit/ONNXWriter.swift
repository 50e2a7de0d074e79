/// Writes small ONNX files, so that every test says in Swift what its model is.
///
/// Field numbers are those of onnx.proto; nothing is checked, for tests of broken models need broken models.
package struct ONNXWriter {
    /// An element type by its number in `TensorProto.DataType`.
    package enum ElementKind: UInt64 {
        case float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7, string = 8, bool = 9, float16 = 10,
            float64 = 11
        case bfloat16 = 16
    }

    package var opset: UInt64
    package var domain = ""
    private var graph: [UInt8] = []
    private var functions = 0

    package init(opset: UInt64 = 13) { self.opset = opset }

    /// The bytes of the model.
    package var bytes: [UInt8] {
        var model = Protobuf.varint(1, 8) + Protobuf.text(2, "tests") + Protobuf.bytes(7, graph)
        model += Protobuf.bytes(8, Protobuf.text(1, domain) + Protobuf.varint(2, opset))
        for _ in 0..<functions { model += Protobuf.bytes(25, Protobuf.text(1, "f")) }
        return model
    }

    /// Adds a function of the model's own.
    package mutating func function() { functions += 1 }

    /// Adds a node.
    package mutating func node(
        _ type: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        _ attributes: [[UInt8]] = []
    ) {
        var node: [UInt8] = []
        for input in inputs { node += Protobuf.text(1, input) }
        for output in outputs { node += Protobuf.text(2, output) }
        node += Protobuf.text(3, name) + Protobuf.text(4, type) + Protobuf.text(7, domain)
        for attribute in attributes { node += Protobuf.bytes(5, attribute) }
        graph += Protobuf.bytes(1, node)
    }

    /// Adds an input; a dimension of nil is free, a shape of nil is left out.
    package mutating func input(_ name: String, _ shape: [Int?]?, type kind: ElementKind = .float32) {
        graph += Protobuf.bytes(11, ONNXWriter.value(name, kind, shape))
    }

    /// Adds an output.
    package mutating func output(_ name: String, _ shape: [Int?]? = nil, type kind: ElementKind = .float32) {
        graph += Protobuf.bytes(12, ONNXWriter.value(name, kind, shape))
    }

    /// Adds an initializer, a message made by one of the `tensor` functions.
    package mutating func initializer(_ tensor: [UInt8]) { graph += Protobuf.bytes(5, tensor) }

    /// Adds a float32 initializer.
    package mutating func initializer(_ name: String, _ shape: [Int], _ values: [Float]) {
        initializer(ONNXWriter.tensor(name, shape, values))
    }

    /// Adds an int64 initializer of one dimension.
    package mutating func initializer(_ name: String, _ values: [Int64]) {
        initializer(ONNXWriter.tensor(name, [values.count], int64s: values))
    }

    /// A float32 tensor in `raw_data`.
    package static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> [UInt8] {
        tensor(name, .float32, shape, raw: values.flatMap { ONNXWriter.littleEndian($0.bitPattern) })
    }

    /// An int64 tensor in `int64_data`.
    package static func tensor(_ name: String, _ shape: [Int], int64s values: [Int64]) -> [UInt8] {
        let packed = values.flatMap { Protobuf.number(UInt64(bitPattern: $0)) }
        return header(name, .int64, shape) + Protobuf.bytes(7, packed)
    }

    /// A tensor of raw elements.
    package static func tensor(_ name: String, _ kind: ElementKind, _ shape: [Int], raw: [UInt8]) -> [UInt8] {
        header(name, kind, shape) + Protobuf.bytes(9, raw)
    }

    /// The parts of a tensor before its elements.
    package static func header(_ name: String, _ kind: ElementKind, _ shape: [Int]) -> [UInt8] {
        var tensor: [UInt8] = []
        for extent in shape { tensor += Protobuf.varint(1, UInt64(bitPattern: Int64(extent))) }
        return tensor + Protobuf.varint(2, kind.rawValue) + Protobuf.text(8, name)
    }

    /// The bytes of an integer, least significant first.
    package static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func value(_ name: String, _ kind: ElementKind, _ shape: [Int?]?) -> [UInt8] {
        var type = Protobuf.varint(1, kind.rawValue)
        if let shape {
            let dimensions = shape.flatMap { extent in
                Protobuf.bytes(1, extent.map { Protobuf.varint(1, UInt64($0)) } ?? Protobuf.text(2, "N"))
            }
            type += Protobuf.bytes(2, dimensions)
        }
        return Protobuf.text(1, name) + Protobuf.bytes(2, Protobuf.bytes(1, type))
    }
}

/// Attributes, for `ONNXWriter.node`.
package enum ONNXAttribute {
    package static func float(_ name: String, _ value: Float) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 1) + Protobuf.fixed32(2, value.bitPattern)
    }

    package static func int(_ name: String, _ value: Int64) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 2) + Protobuf.varint(3, UInt64(bitPattern: value))
    }

    package static func string(_ name: String, _ value: String) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 3) + Protobuf.text(4, value)
    }

    /// `value` is a message made by one of `ONNXWriter`'s `tensor` functions.
    package static func tensor(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 4) + Protobuf.bytes(5, value)
    }

    package static func graph(_ name: String) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 5) + Protobuf.bytes(6, [])
    }

    package static func ints(_ name: String, _ values: [Int64]) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 7)
            + values.flatMap { Protobuf.varint(8, UInt64(bitPattern: $0)) }
    }

    package static func floats(_ name: String, _ values: [Float]) -> [UInt8] {
        Protobuf.text(1, name) + Protobuf.varint(20, 6)
            + Protobuf.bytes(7, values.flatMap { ONNXWriter.littleEndian($0.bitPattern) })
    }
}

/// The wire format of protobuf, as far as ONNX goes.
package enum Protobuf {
    /// A base-128 integer without a tag.
    package static func number(_ value: UInt64) -> [UInt8] {
        var (rest, result): (UInt64, [UInt8]) = (value, [])
        while rest >= 0x80 {
            result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return result + [UInt8(rest)]
    }

    package static func varint(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        number(field << 3) + number(value)
    }

    package static func fixed32(_ field: UInt64, _ value: UInt32) -> [UInt8] {
        number(field << 3 | 5) + ONNXWriter.littleEndian(value)
    }

    package static func bytes(_ field: UInt64, _ value: [UInt8]) -> [UInt8] {
        number(field << 3 | 2) + number(UInt64(value.count)) + value
    }

    package static func text(_ field: UInt64, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }
}
