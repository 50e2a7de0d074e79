/// A `GraphProto`: nodes in execution order over named values.
package struct Graph: Sendable {
    package let name: String
    package let nodes: [Node]
    package let initializers: [TensorValue]
    /// Inputs as the file lists them, which before IR version 4 include the initializers.
    package let inputs: [ValueInfo]
    package let outputs: [ValueInfo]
    /// Sparse initializers, which are not read.
    package let sparseInitializerCount: Int
}

extension Graph {
    /// Reads a `GraphProto`.
    init(_ slice: ByteSlice, in context: DecodeContext) throws(ONNXError) {
        let limits = context.limits
        var (name, sparse) = ("", 0)
        var (nodes, initializers): ([Node], [TensorValue]) = ([], [])
        var (inputs, outputs): ([ValueInfo], [ValueInfo]) = ([], [])
        var reader = WireReader(slice, message: "GraphProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: nodes.append(try Node(try reader.bytes(field, "node"), in: context))
            case 2: name = try reader.text(field, "name")
            case 5:
                initializers.append(try TensorValue(try reader.bytes(field, "initializer"), in: context))
            case 11: inputs.append(try ValueInfo(try reader.bytes(field, "input"), limits: limits))
            case 12: outputs.append(try ValueInfo(try reader.bytes(field, "output"), limits: limits))
            case 15: sparse += 1
            default: break
            }
            guard nodes.count <= limits.maximumNodes, initializers.count <= limits.maximumInitializers,
                max(inputs.count, outputs.count) <= limits.maximumValues
            else { throw reader.error(field, "node/initializer/input/output", "there are too many of them") }
        }
        (self.name, self.nodes, self.initializers) = (name, nodes, initializers)
        (self.inputs, self.outputs, sparseInitializerCount) = (inputs, outputs, sparse)
    }
}
