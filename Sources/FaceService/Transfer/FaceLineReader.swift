import Faces
import Gallery

/// Reads one line of an import. Members that an export writes are understood, others refused: a misspelt
/// member would otherwise be lost without a word. Only `identity` and `embedding` must be there.
struct FaceLineReader {
    private static let members: Set<String> = [
        "identity", "face_id", "embedding", "embedding_norm", "metadata", "identity_metadata", "box", "score",
        "landmarks", "quality", "quarantined", "quarantine", "model", "created_at", "source", "crop",
        "crop_geometry", "preprocessing",
    ]

    private let object: JSONObject
    private let dimension: Int

    /// The face on a line, or a problem that names the member that is wrong.
    static func read(_ line: [UInt8], dimension: Int) throws -> ImportedFace {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(line)
        } catch {
            throw Problem(.jsonInvalid, "byte \(error.offset): \(error.reason)")
        }
        guard let object = value.objectValue else { throw Problem(.importInvalid, "is not a JSON object") }
        for member in object.members where !members.contains(member.key) {
            throw Problem(.importInvalid, "'\(member.key.excerpt)' is not known")
        }
        return try FaceLineReader(object: object, dimension: dimension).face()
    }

    private func face() throws -> ImportedFace {
        guard let name = object["identity"]?.stringValue else { throw wrong("identity", "must be a text") }
        let (vector, id) = (try embedding(), try id())
        var face = NewFace(
            embedding: vector, norm: try float("embedding_norm"), source: try source(of: vector, id),
            details: try details(), metadata: try text("metadata"))
        if let crop = try optional("crop", "a base64 text", { $0.stringValue.flatMap { Base64.decode($0) } })
        {
            guard crop.starts(with: [0xFF, 0xD8, 0xFF]) else { throw wrong("crop", "must be a JPEG file") }
            face.crop = crop
            face.cropGeometry = try optional("crop_geometry", "the preprocessing of a model") {
                $0.stringValue.flatMap { CropGeometry(preprocessing: $0) == nil ? nil : $0 }
            }
        }
        return ImportedFace(
            id: id ?? FaceID.random(), identity: try IdentityName(name), face: face,
            createdAt: try time("created_at", in: object),
            quarantine: try quarantine(),
            identityMetadata: object["identity_metadata"] == nil ? nil : try text("identity_metadata"),
            fingerprint: try optional("model", "a text") { $0.stringValue },
            preprocessing: try optional("preprocessing", "a text") { $0.stringValue })
    }

    private func wrong(_ member: String, _ reason: String) -> Problem {
        Problem(.importInvalid, "'\(member)' \(reason)")
    }

    private func optional<T>(_ name: String, _ kind: String, _ read: (JSONValue) -> T?) throws -> T? {
        guard let value = object[name], value != .null else { return nil }
        guard let result = read(value) else { throw wrong(name, "must be \(kind)") }
        return result
    }

    private func float(_ name: String) throws -> Float? { try optional(name, "a number", Self.float) }

    private static func float(_ value: JSONValue) -> Float? {
        value.doubleValue.map { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    private func embedding() throws -> [Float] {
        guard let value = object["embedding"], let vector = ImageForms.vector(value) else {
            throw wrong("embedding", "must be an array of numbers or base64 of float32")
        }
        return try EmbeddingCheck.unit(vector, dimension: dimension)
    }

    private func text(_ name: String) throws -> JSONObjectText {
        guard let value = object[name], value != .null else { return .empty }
        return try JSONObjectText(value.jsonText())
    }

    private func time(_ name: String, in object: JSONObject?) throws -> Timestamp? {
        guard let value = object?[name], value != .null else { return nil }
        guard let time = value.stringValue.flatMap({ Timestamp(rfc3339: $0) }) else {
            throw wrong(name, "must be an RFC 3339 time")
        }
        return time
    }

    private func id() throws -> FaceID? {
        try optional("face_id", "a UUID") { $0.stringValue.flatMap { FaceID($0) } }
    }

    /// A line that says neither which face it is nor where it is from is known by its embedding, as an enrolled embedding is: sent
    /// twice, it is there once.
    private func source(of vector: [Float], _ id: FaceID?) throws -> FaceSource? {
        try statedSource() ?? (id == nil ? FaceSource(hash: ContentHash(ofVector: vector)) : nil)
    }

    private func statedSource() throws -> FaceSource? {
        try optional("source", "an object of a sha256 and an index") { value in
            guard let hash = value["sha256"]?.stringValue.flatMap({ ContentHash(hex: $0) }),
                let index = value["index"]?.integerValue, (0...65_535).contains(index)
            else { return nil }
            return FaceSource(hash: hash, index: index)
        }
    }

    private func details() throws -> FaceDetails {
        let numbers: (JSONValue, [String]) -> [Float]? = { value, names in
            let found = names.compactMap { value[$0].flatMap(Self.float) }
            return found.count == names.count ? found : nil
        }
        let box = try optional("box", "an object of x, y, width and height") {
            numbers($0, ["x", "y", "width", "height"])
        }
        let landmarks = try optional("landmarks", "five objects of x and y") { value in
            let points = value.arrayValue?.compactMap { numbers($0, ["x", "y"]) }
            return points?.count == 5 && value.arrayValue?.count == 5 ? points : nil
        }
        let quality = try optional("quality", "an object of five measures") {
            numbers($0, ["sharpness", "face_size", "yaw", "pitch", "roll"])
        }
        return FaceDetails(
            box: box.map { .init(x: $0[0], y: $0[1], width: $0[2], height: $0[3]) },
            score: try float("score"),
            landmarks: landmarks?.map { .init(x: $0[0], y: $0[1]) } ?? [],
            quality: quality.map {
                .init(sharpness: $0[0], faceSize: $0[1], yaw: $0[2], pitch: $0[3], roll: $0[4])
            })
    }

    private func quarantine() throws -> QuarantineRecord? {
        let isQuarantined = try optional("quarantined", "true or false") { $0.boolValue }
        guard let value = object["quarantine"], value != .null else {
            if isQuarantined == true { throw wrong("quarantine", "must tell why the face is quarantined") }
            return nil
        }
        if isQuarantined == false { throw wrong("quarantined", "is false, but 'quarantine' tells why") }
        guard let job = value["job"]?.stringValue.flatMap({ JobID($0) }),
            let reason = value["reason"]?.stringValue.flatMap({ QuarantineRecord.Reason(rawValue: $0) }),
            let angle = value["angle_degrees"].flatMap(Self.float)
        else { throw wrong("quarantine", "must be an object of a job, a reason and angle_degrees") }
        return QuarantineRecord(
            job: job, reason: reason, angle: angle, nearest: try identity("nearest_identity", of: value),
            nearestAngle: try nearestAngle(of: value), moveTo: try identity("move_to", of: value),
            createdAt: try time("created_at", in: value.objectValue) ?? .now())
    }

    private func identity(_ member: String, of quarantine: JSONValue) throws -> IdentityName? {
        guard let value = quarantine[member], value != .null else { return nil }
        guard let name = value.stringValue else {
            throw wrong("quarantine", "has a \(member) that is no text")
        }
        return try IdentityName(name)
    }

    private func nearestAngle(of quarantine: JSONValue) throws -> Float? {
        guard let value = quarantine["nearest_angle_degrees"], value != .null else { return nil }
        guard let angle = Self.float(value) else {
            throw wrong("quarantine", "has a nearest_angle_degrees that is no number")
        }
        return angle
    }
}
