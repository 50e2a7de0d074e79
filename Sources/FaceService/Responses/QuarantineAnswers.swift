package import Encodings
package import Gallery

extension QuarantineRecord {
    /// Why and by which job the face was set aside.
    var json: JSONValue {
        .object([
            "job": .string(job.text), "reason": .string(reason.rawValue), "angle_degrees": .float(angle),
            "nearest_identity": nearest.map { .string($0.text) } ?? .null,
            "nearest_angle_degrees": nearestAngle.map { .float($0) } ?? .null,
            "move_to": moveTo.map { .string($0.text) } ?? .null, "created_at": createdAt.json,
        ])
    }
}

/// A face set aside, as the quarantine lists it.
package struct QuarantinedFaceAnswer: JSONRepresentable {
    package let record: FaceRecord

    package var json: JSONValue {
        var object: JSONObject = [
            "face_id": .string(record.id.text), "identity": .string(record.identity.text),
        ]
        if let members = record.quarantine?.json.objectValue?.members {
            for member in members { object.append(member.key, member.value) }
        }
        return .object(object)
    }
}

/// The answer of a restore.
package struct RestoreAnswer: JSONRepresentable {
    package let restored: [FaceID]

    package var json: JSONValue { .object(["restored": .array(restored.map { .string($0.text) })]) }
}
