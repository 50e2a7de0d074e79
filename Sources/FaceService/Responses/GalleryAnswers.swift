package import Encodings
package import Gallery

/// A page of a list: `{"<name>":[...],"next":cursor or null}`.
package struct ListAnswer<Item: JSONRepresentable>: JSONRepresentable {
    package let name: String
    package let items: [Item]
    /// The cursor of the next page; nil on the last.
    package let next: String?

    init<Record>(_ name: String, _ page: Page<Record>, _ item: (Record) throws -> Item) rethrows {
        self.name = name
        items = try page.items.map(item)
        next = page.next?.text
    }

    package var json: JSONValue {
        .object(
            JSONObject([
                .init(key: name, value: items.json),
                .init(key: "next", value: next.map { .string($0) } ?? .null),
            ]))
    }
}

extension JSONObjectText {
    /// The object as a value; it was checked when it was stored, so what throws is a damaged database.
    func storedValue() throws(DamagedTextError) -> JSONValue {
        do { return try value() } catch { throw DamagedTextError() }
    }
}

extension Timestamp {
    var json: JSONValue { .string(rfc3339) }
}

/// `Gallery` of the contract.
package struct GalleryAnswer: JSONRepresentable {
    package let record: GalleryRecord
    /// Of the gallery's model, where that is the one that the service runs; used where the gallery has none
    /// of its own.
    let modelThreshold: Float?
    private let metadata: JSONValue

    init(_ record: GalleryRecord, modelThreshold: Float?) throws {
        self.record = record
        self.modelThreshold = modelThreshold
        metadata = try record.metadata.storedValue()
    }

    package var json: JSONValue {
        .object([
            "name": .string(record.name.text), "description": record.description.map { .string($0) } ?? .null,
            "metadata": metadata,
            "model": .object([
                "name": .string(record.model.name), "fingerprint": .string(record.model.fingerprint),
                "dimension": .integer(record.model.dimension),
                "threshold": (record.threshold ?? modelThreshold).map { .float($0) } ?? .null,
                "precision": .string(record.model.precision),
                "preprocessing": .string(record.model.preprocessing),
            ]),
            "identities": .integer(record.identities), "faces": .integer(record.faces),
            "quarantined": .integer(record.quarantined), "created_at": record.createdAt.json,
            "updated_at": record.updatedAt.json, "calibration": record.calibration?.json ?? .null,
        ])
    }
}

extension CalibratedThreshold {
    /// The threshold in force and where it comes from.
    var json: JSONValue {
        .object([
            "threshold": .float(similarity), "fmr": .number(falseMatchRate), "trials": .integer(trials),
            "job": .string(job.text), "applied_at": createdAt.json,
        ])
    }
}

/// An identity as lists and reads show it.
package struct IdentityAnswer: JSONRepresentable {
    package let record: IdentityRecord
    private let metadata: JSONValue

    init(_ record: IdentityRecord) throws {
        self.record = record
        metadata = try record.metadata.storedValue()
    }

    package var json: JSONValue {
        .object([
            "identity": .string(record.name.text), "faces": .integer(record.faces),
            "quarantined": .integer(record.quarantined), "metadata": metadata,
            "created_at": record.createdAt.json, "updated_at": record.updatedAt.json,
        ])
    }
}

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

/// The answer of an enrolment.
package struct EnrolAnswer: JSONRepresentable {
    /// A face that was enrolled, or was there before.
    package struct Face: JSONRepresentable {
        /// Which input, from 0.
        package let index: Int
        package let faceID: FaceID
        package let details: FaceDetails
        package let norm: Float?
        package let isDuplicate: Bool
        /// It was there before and is set aside, so that no search finds it.
        package let isQuarantined: Bool

        package var json: JSONValue {
            var object: JSONObject = [
                "index": .integer(index), "face_id": .string(faceID.text), "box": details.boxJSON,
                "score": details.score.map { .float($0) } ?? .null,
                "quality": details.qualityJSON(norm: norm),
                "duplicate": .bool(isDuplicate),
            ]
            if isQuarantined { object.append("quarantined", .bool(true)) }
            return .object(object)
        }
    }

    /// An input that was not enrolled.
    package struct Rejection: JSONRepresentable {
        package let index: Int
        package let problem: Problem

        package var json: JSONValue {
            .object([
                "index": .integer(index), "code": .string(problem.code.rawValue),
                "detail": .string(problem.detail),
            ])
        }
    }

    package let faces: [Face]
    package let rejected: [Rejection]

    package var json: JSONValue { .object(["faces": faces.json, "rejected": rejected.json]) }
}

/// `Job` of the contract.
package struct JobAnswer: JSONRepresentable {
    package let record: JobRecord
    /// Newer than the record's while the job runs.
    var progress: Double?
    private let parameters: JSONValue
    private let report: JSONValue

    package init(_ record: JobRecord, progress: Double? = nil) throws {
        self.record = record
        self.progress = progress
        parameters = try record.parameters.storedValue()
        report = try record.report?.storedValue() ?? .null
    }

    package var json: JSONValue {
        .object([
            "id": .string(record.id.text), "kind": .string(record.kind),
            "gallery": record.gallery.map { .string($0.text) } ?? .null,
            "state": .string(record.state.rawValue),
            "progress": .number(max(progress ?? 0, record.progress)), "created_at": record.createdAt.json,
            "started_at": record.startedAt?.json ?? .null, "finished_at": record.finishedAt?.json ?? .null,
            "parameters": parameters, "report": report,
            "error": record.error.map { .string($0) } ?? .null,
        ])
    }
}

/// The answer of a restore.
package struct RestoreAnswer: JSONRepresentable {
    package let restored: [FaceID]

    package var json: JSONValue { .object(["restored": .array(restored.map { .string($0.text) })]) }
}

/// The answer of an import.
package struct ImportAnswer: JSONRepresentable {
    package let summary: ImportSummary

    package var json: JSONValue {
        .object([
            "faces": .integer(summary.faces), "identities": .integer(summary.identities),
            "duplicates": .integer(summary.duplicates),
        ])
    }
}
