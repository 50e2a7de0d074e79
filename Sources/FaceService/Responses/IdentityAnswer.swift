package import Encodings
package import Gallery

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
