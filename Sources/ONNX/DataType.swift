/// An element type by its number in `TensorProto.DataType`; numbers that nobody has assigned yet included.
package struct DataType: Sendable, Hashable, CustomStringConvertible {
    package let code: Int

    package init(code: Int) { self.code = code }

    package static let float32 = DataType(code: 1)
    package static let uint8 = DataType(code: 2)
    package static let int8 = DataType(code: 3)
    package static let uint16 = DataType(code: 4)
    package static let int16 = DataType(code: 5)
    package static let int32 = DataType(code: 6)
    package static let int64 = DataType(code: 7)
    package static let string = DataType(code: 8)
    package static let bool = DataType(code: 9)
    package static let float16 = DataType(code: 10)
    package static let float64 = DataType(code: 11)
    package static let uint32 = DataType(code: 12)
    package static let uint64 = DataType(code: 13)
    package static let bfloat16 = DataType(code: 16)

    private static let names = [
        0: "undefined", 1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64",
        8: "string", 9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64",
        15: "complex128", 16: "bfloat16", 17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2",
        20: "float8e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2",
        26: "int2",
    ]

    package var description: String { DataType.names[code] ?? "type \(code)" }

    /// Bytes an element takes in `raw_data`, or nil for the types whose elements are not read here.
    package var byteCount: Int? {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool: 1
        default: nil
        }
    }
}
