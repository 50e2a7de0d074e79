package import Encodings
import Gallery

/// The line of an identity that has no face, which follow those of the faces in an export.
package struct IdentityLine: JSONRepresentable {
    private let record: IdentityRecord
    private let metadata: JSONValue

    init(_ record: IdentityRecord) throws {
        self.record = record
        metadata = try record.metadata.storedValue()
    }

    package var json: JSONValue {
        .object([
            "identity": .string(record.name.text), "identity_metadata": metadata,
            "created_at": record.createdAt.json, "updated_at": record.updatedAt.json,
        ])
    }

    private static let members: Set<String> = ["identity", "identity_metadata", "created_at", "updated_at"]

    /// Whether a line of an export is one. It has nothing else, and says what the identity's metadata is:
    /// without that it is rather a face whose embedding was forgotten.
    package static func isOne(_ line: JSONObject) -> Bool {
        line["identity_metadata"] != nil && line.members.allSatisfy { members.contains($0.key) }
    }
}
