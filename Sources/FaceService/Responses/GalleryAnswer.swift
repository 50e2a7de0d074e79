package import Encodings
package import Gallery

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
