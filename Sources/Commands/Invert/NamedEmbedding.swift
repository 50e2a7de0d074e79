import Encodings
import FaceService

/// An embedding with what is known of where it came from.
struct NamedEmbedding {
    let vector: [Float]
    /// The raw embedding's length.
    var norm: Float?
    /// The recogniser's.
    var fingerprint: String?

    init(vector: [Float], norm: Float? = nil, fingerprint: String? = nil) {
        (self.vector, self.norm, self.fingerprint) = (vector, norm, fingerprint)
    }

    /// Of a file: a few thousand numbers, or an answer with crops.
    private static let fileLimit = 64 << 20

    /// Reads an array of numbers, an answer of `/embed` (its first face), or an object with an `embedding`.
    init(readingFrom path: String) throws(CommandFailure) {
        let bytes = try FileBytes.read(path, limit: Self.fileLimit)
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes) } catch {
            throw CommandFailure("\(path.shown): line \(error.line): \(error.reason)")
        }
        try self.init(value, file: path)
    }

    /// The same of parsed JSON; `file` is for errors.
    init(_ value: JSONValue, file: String) throws(CommandFailure) {
        if value.arrayValue != nil {
            vector = try Self.numbers(value, file)
            return
        }
        let face = value["faces"]?.arrayValue?.first ?? value
        guard let embedding = face["embedding"] else {
            throw CommandFailure(
                "\(file.shown): neither an array of numbers nor an object with an \"embedding\"")
        }
        vector = try Self.numbers(embedding, file)
        norm = face["quality"]?["embedding_norm"]?.doubleValue.map { Float($0) }
        fingerprint = value["model"]?["fingerprint"]?.stringValue
    }

    private static func numbers(_ value: JSONValue, _ file: String) throws(CommandFailure) -> [Float] {
        if case .floats(let floats) = value { return floats }
        if let text = value.stringValue { return try floats(base64: text, file) }
        let numbers = value.arrayValue?.map { $0.doubleValue.map { Float($0) } } ?? []
        guard !numbers.isEmpty, !numbers.contains(nil) else {
            throw CommandFailure("\(file.shown): the embedding is no array of numbers")
        }
        return numbers.compactMap { $0 }
    }

    /// As `embedding_format=base64` writes them: little-endian float32.
    private static func floats(base64 text: String, _ file: String) throws(CommandFailure) -> [Float] {
        guard let bytes = Base64.decode(text), !bytes.isEmpty, bytes.count % 4 == 0 else {
            throw CommandFailure("\(file.shown): the embedding is no base64 of float32 numbers")
        }
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                Float(
                    bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
                )
            }
        }
    }
}
