import Encodings
import Gallery

/// Reads a face's line of an import. Only `identity` and `embedding` must be there.
struct FaceLineReader {
    /// Those that a line of an identity without faces does not have.
    static let members: Set<String> = [
        "face_id", "embedding", "embedding_norm", "metadata", "identity_created_at", "identity_updated_at",
        "box",
        "score", "landmarks", "quality", "quarantined", "quarantine", "model", "source", "crop",
        "crop_geometry",
        "preprocessing",
    ]

    let line: LineMembers
    let rules: ImportRules

    /// The face, or a problem that names the member that is wrong.
    func face() throws -> ImportedFace {
        guard let identity = try line.identity("identity") else {
            throw line.wrong("identity", "must be a text")
        }
        let (vector, id) = (try embedding(), try id())
        var face = NewFace(
            embedding: vector, norm: try line.number("embedding_norm", in: Measure.size),
            source: try source(of: vector, id), details: try FaceMeasures(line: line).details(),
            metadata: try line.metadata("metadata") ?? .empty)
        (face.crop, face.cropGeometry) = try CropReader(line: line, rules: rules).crop()
        return ImportedFace(
            id: id ?? FaceID.random(), identity: identity, face: face, createdAt: try line.time("created_at"),
            quarantine: try quarantine(), identityMetadata: try line.metadata("identity_metadata"),
            identityCreatedAt: try line.time("identity_created_at"),
            identityUpdatedAt: try line.time("identity_updated_at"),
            fingerprint: try line.optional("model", "a text", \.stringValue),
            preprocessing: try line.optional("preprocessing", "a text", \.stringValue))
    }

    private func embedding() throws -> [Float] {
        guard let value = line.object["embedding"], let vector = ImageForms.vector(value) else {
            throw line.wrong("embedding", "must be an array of numbers or base64 of float32")
        }
        return try EmbeddingCheck.unit(vector, dimension: rules.dimension)
    }

    private func id() throws -> FaceID? {
        try line.optional("face_id", "a UUID") { $0.stringValue.flatMap { FaceID($0) } }
    }

    /// A line that says neither which face it is nor where it is from is known by its embedding, as an
    /// enrolled embedding is: sent twice, it is there once.
    private func source(of vector: [Float], _ id: FaceID?) throws -> FaceSource? {
        try statedSource() ?? (id == nil ? FaceSource(hash: ContentHash(ofVector: vector)) : nil)
    }

    private func statedSource() throws -> FaceSource? {
        try line.optional("source", "an object of a sha256 and an index") { value in
            guard let hash = value["sha256"]?.stringValue.flatMap({ ContentHash(hex: $0) }),
                let index = value["index"]?.integerValue, (0...65_535).contains(index)
            else { return nil }
            return FaceSource(hash: hash, index: index)
        }
    }

    private func quarantine() throws -> QuarantineRecord? {
        let kind = "an object of a job, a reason and angle_degrees"
        let isQuarantined = try line.optional("quarantined", "true or false", \.boolValue)
        guard let record = try line.object("quarantine", kind) else {
            if isQuarantined == true {
                throw line.wrong("quarantine", "must tell why the face is quarantined")
            }
            return nil
        }
        if isQuarantined == false { throw line.wrong("quarantined", "is false, but 'quarantine' tells why") }
        guard let job = record.object["job"]?.stringValue.flatMap({ JobID($0) }),
            let reason = record.object["reason"]?.stringValue
                .flatMap({ QuarantineRecord.Reason(rawValue: $0) }),
            let angle = try record.number("angle_degrees", in: Measure.angle)
        else { throw line.wrong("quarantine", "must be \(kind)") }
        return QuarantineRecord(
            job: job, reason: reason, angle: angle, nearest: try record.identity("nearest_identity"),
            nearestAngle: try record.number("nearest_angle_degrees", in: Measure.angle),
            moveTo: try record.identity("move_to"), createdAt: try record.time("created_at") ?? .now())
    }
}
