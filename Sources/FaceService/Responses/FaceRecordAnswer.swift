package import Encodings
package import Gallery

/// An enrolled face.
package struct FaceRecordAnswer: JSONRepresentable {
    package let record: FaceRecord
    /// Only where it was asked for.
    package let embedding: [Float]?
    var format = EmbeddingFormat.numbers
    private let metadata: JSONValue

    init(_ record: FaceRecord, embedding: [Float]? = nil, format: EmbeddingFormat = .numbers) throws {
        self.record = record
        metadata = try record.metadata.storedValue()
        self.embedding = embedding
        self.format = format
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "face_id": .string(record.id.text), "identity": .string(record.identity.text),
            "box": record.details.boxJSON, "score": record.details.score.map { .float($0) } ?? .null,
            "landmarks": record.details.landmarksJSON,
            "quality": record.details.qualityJSON(norm: record.norm),
            "metadata": metadata, "has_crop": .bool(record.hasCrop),
            "quarantined": .bool(record.quarantine != nil), "created_at": record.createdAt.json,
        ]
        object.append("quarantine", ifPresent: record.quarantine?.json)
        object.append("embedding", ifPresent: embedding.map { format.json($0) })
        return .object(object)
    }
}

extension FaceDetails {
    var boxJSON: JSONValue {
        guard let box else { return .null }
        return .object([
            "x": .float(box.x), "y": .float(box.y), "width": .float(box.width), "height": .float(box.height),
        ])
    }

    var landmarksJSON: JSONValue {
        landmarks.isEmpty
            ? .null : .array(landmarks.map { .object(["x": .float($0.x), "y": .float($0.y)]) })
    }

    func qualityJSON(norm: Float?) -> JSONValue {
        guard let quality else { return .null }
        return .object([
            "embedding_norm": norm.map { .float($0) } ?? .null, "sharpness": .float(quality.sharpness),
            "face_size": .float(quality.faceSize), "yaw": .float(quality.yaw), "pitch": .float(quality.pitch),
            "roll": .float(quality.roll),
        ])
    }
}
