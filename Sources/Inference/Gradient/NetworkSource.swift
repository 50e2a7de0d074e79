internal import ONNX

/// Where a network to differentiate or to look into comes from.
package enum NetworkSource {
    /// A path; data files beside it are read too.
    case file(String)
    /// A file's bytes; `name` stands for the path in errors.
    case memory([UInt8], name: String)
    /// Bytes that are there, unchanged, until the process ends.
    case constant(UnsafeRawBufferPointer)

    /// The network, decoded, and the bytes that its files have in all.
    func decoded() throws(InferenceError) -> (model: Model, byteCount: Int) {
        do throws(ONNXError) {
            switch self {
            case .file(let path):
                let file = try ModelFile(path: path)
                return Self.counted(file.model, file.bytes)
            case .memory(let bytes, let name):
                guard !bytes.isEmpty else {
                    throw ONNXError(offset: nil, field: name, reason: "is an empty file")
                }
                return try Self.decoded(ModelBytes(bytes))
            case .constant(let bytes): return try Self.decoded(ModelBytes(constant: bytes))
            }
        } catch { throw .unreadable(error) }
    }

    private static func decoded(_ bytes: ModelBytes) throws(ONNXError) -> (model: Model, byteCount: Int) {
        counted(try Model(bytes), bytes)
    }

    private static func counted(_ model: Model, _ bytes: ModelBytes) -> (model: Model, byteCount: Int) {
        (model, ModelFingerprint(bytes, model.externalFiles).byteCount)
    }
}
