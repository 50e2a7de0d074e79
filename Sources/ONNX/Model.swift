/// A `ModelProto`: a graph and the operator sets that it is written in.
package struct Model: Sendable {
    package let irVersion: Int64
    package let producer: String
    /// Version of each imported operator set by its domain; ONNX's own domain is the empty name.
    package let operatorSets: [String: Int64]
    package let graph: Graph
    /// Functions that the file defines itself, which are not read.
    package let functionCount: Int
    /// Other files that hold elements of tensors, in the order of their first use.
    package let externalFiles: [ExternalFile]
}

extension Model {
    /// Decodes a model. Tensors keep referring to `bytes`, and to the mappings of files beside `path` where
    /// their elements are in such; without a path those are unreadable.
    package init(
        _ bytes: ModelBytes, path: String? = nil, limits: DecodeLimits = .init()
    ) throws(ONNXError) {
        let files = ExternalFiles(ofModelAt: path, limits: limits)
        let context = DecodeContext(limits: limits, files: files)
        var (version, producer, functions): (Int64, String, Int) = (0, "", 0)
        var operatorSets: [String: Int64] = [:]
        var graph: Graph?
        var reader = WireReader(ByteSlice(all: bytes), message: "ModelProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: version = try reader.integer(field, "ir_version")
            case 2: producer = try reader.text(field, "producer_name")
            case 7:
                guard graph == nil else { throw reader.error(field, "graph", "is there twice") }
                graph = try Graph(try reader.bytes(field, "graph"), in: context)
            case 8:
                let (domain, version) = try Model.operatorSet(try reader.bytes(field, "opset_import"))
                operatorSets[domain == "ai.onnx" ? "" : domain] = version
            case 25: functions += 1
            default: break
            }
        }
        guard let graph else {
            throw ONNXError(offset: bytes.count, field: "ModelProto.graph", reason: "is missing")
        }
        (irVersion, self.producer, self.operatorSets) = (version, producer, operatorSets)
        (self.graph, functionCount, externalFiles) = (graph, functions, files.files)
    }

    private static func operatorSet(_ slice: ByteSlice) throws(ONNXError) -> (String, Int64) {
        var (domain, version): (String, Int64) = ("", 0)
        var reader = WireReader(slice, message: "OperatorSetIdProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: domain = try reader.text(field, "domain")
            case 2: version = try reader.integer(field, "version")
            default: break
            }
        }
        return (domain, version)
    }
}
