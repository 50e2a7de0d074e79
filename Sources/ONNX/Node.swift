/// A `NodeProto`: one operator applied to named values.
package struct Node: Sendable {
    package let name: String
    package let operatorType: String
    /// The operator's domain; empty for ONNX's own (`ai.onnx` is the same).
    package let domain: String
    /// Names of the inputs; empty where an optional one is left out.
    package let inputs: [String]
    package let outputs: [String]
    package let attributes: [Attribute]
}

extension Node {
    /// Reads a `NodeProto`.
    init(_ slice: ByteSlice, in context: DecodeContext) throws(ONNXError) {
        let limits = context.limits
        var (name, type, domain) = ("", "", "")
        var (inputs, outputs, attributes): ([String], [String], [Attribute]) = ([], [], [])
        var reader = WireReader(slice, message: "NodeProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try reader.text(field, "input"))
            case 2: outputs.append(try reader.text(field, "output"))
            case 3: name = try reader.text(field, "name")
            case 4: type = try reader.text(field, "op_type")
            case 5: attributes.append(try Attribute(try reader.bytes(field, "attribute"), in: context))
            case 7: domain = try reader.text(field, "domain")
            default: break
            }
            guard max(inputs.count, outputs.count) <= limits.maximumOperands,
                attributes.count <= limits.maximumAttributes
            else { throw reader.error(field, "input/output/attribute", "there are too many of them") }
        }
        (self.name, operatorType, self.domain) = (name, type, domain == "ai.onnx" ? "" : domain)
        (self.inputs, self.outputs, self.attributes) = (inputs, outputs, attributes)
    }
}
