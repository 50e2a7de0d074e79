/// A dimension as a file declares it.
package enum DeclaredDimension: Sendable, Hashable {
    case fixed(Int)
    /// Any size; the name is empty where the file gives none.
    case free(String)
}

/// A `ValueInfoProto`: name, element type and shape of an input or output of the graph.
package struct ValueInfo: Sendable, Hashable {
    package let name: String
    /// nil where the value is no tensor (a sequence, a map, an optional).
    package let dataType: DataType?
    /// nil where the file does not say.
    package let dimensions: [DeclaredDimension]?
}

extension ValueInfo {
    /// Reads a `ValueInfoProto`.
    init(_ slice: ByteSlice, limits: DecodeLimits) throws(ONNXError) {
        var name = ""
        var type: (DataType, [DeclaredDimension]?)?
        var reader = WireReader(slice, message: "ValueInfoProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try reader.text(field, "name")
            case 2: type = try ValueInfo.type(try reader.bytes(field, "type"), limits)
            default: break
            }
        }
        (self.name, dataType, dimensions) = (name, type?.0, type?.1)
    }

    private static func type(
        _ slice: ByteSlice, _ limits: DecodeLimits
    ) throws(ONNXError) -> (DataType, [DeclaredDimension]?)? {
        var reader = WireReader(slice, message: "TypeProto")
        while let field = try reader.next() {
            if field.number == 1 { return try tensorType(try reader.bytes(field, "tensor_type"), limits) }
        }
        return nil
    }

    private static func tensorType(
        _ slice: ByteSlice, _ limits: DecodeLimits
    ) throws(ONNXError) -> (DataType, [DeclaredDimension]?) {
        var type = DataType(code: 0)
        var shape: [DeclaredDimension]?
        var reader = WireReader(slice, message: "TypeProto.Tensor")
        while let field = try reader.next() {
            switch field.number {
            case 1: type = DataType(code: Int(try reader.integer(field, "elem_type")))
            case 2: shape = try dimensions(try reader.bytes(field, "shape"), limits)
            default: break
            }
        }
        return (type, shape)
    }

    private static func dimensions(
        _ slice: ByteSlice, _ limits: DecodeLimits
    ) throws(ONNXError) -> [DeclaredDimension] {
        var dimensions: [DeclaredDimension] = []
        var reader = WireReader(slice, message: "TensorShapeProto")
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            guard dimensions.count < limits.maximumRank else {
                throw reader.error(field, "dim", "more than \(limits.maximumRank) dimensions")
            }
            dimensions.append(try dimension(try reader.bytes(field, "dim")))
        }
        return dimensions
    }

    /// A negative size is how some exporters write "any".
    private static func dimension(_ slice: ByteSlice) throws(ONNXError) -> DeclaredDimension {
        var dimension = DeclaredDimension.free("")
        var reader = WireReader(slice, message: "TensorShapeProto.Dimension")
        while let field = try reader.next() {
            switch field.number {
            case 1:
                let size = try reader.integer(field, "dim_value")
                dimension = size < 0 ? .free("") : .fixed(Int(size))
            case 2: dimension = .free(try reader.text(field, "dim_param"))
            default: break
            }
        }
        return dimension
    }
}
