import Encodings
import Gallery

/// One line of an export: a face with everything that belongs to it, in the form that an import takes back.
struct FaceLine: JSONRepresentable {
    private let face: StoredFace
    private let model: ModelContract
    private let metadata: JSONValue
    private let identityMetadata: JSONValue

    /// - Parameter model: the gallery's, so that an import into a gallery of another one is noticed.
    init(_ face: StoredFace, model: ModelContract) throws {
        self.face = face
        self.model = model
        metadata = try face.record.metadata.storedValue()
        identityMetadata = try face.identityMetadata.storedValue()
    }

    var json: JSONValue {
        let record = face.record
        var object: JSONObject = [
            "identity": .string(record.identity.text), "face_id": .string(record.id.text),
            "embedding": .floats(face.embedding), "embedding_norm": record.norm.map { .float($0) } ?? .null,
            "metadata": metadata, "identity_metadata": identityMetadata,
            "box": record.details.boxJSON, "score": record.details.score.map { .float(min($0, 1)) } ?? .null,
            "landmarks": record.details.landmarksJSON,
            "quality": record.details.qualityJSON(norm: record.norm),
            "quarantined": .bool(record.quarantine != nil),
            "quarantine": record.quarantine?.json ?? .null, "model": .string(model.fingerprint),
            "preprocessing": .string(model.preprocessing), "created_at": record.createdAt.json,
            "identity_created_at": face.identityCreatedAt.json,
            "identity_updated_at": face.identityUpdatedAt.json,
        ]
        if let source = record.source {
            let value: JSONObject = ["sha256": .string(source.hash.hex), "index": .integer(source.index)]
            object.append("source", .object(value))
        }
        object.append("crop", ifPresent: face.crop.map { .string(Base64.encode($0)) })
        object.append("crop_geometry", ifPresent: face.cropGeometry.map { .string($0) })
        return .object(object)
    }
}
