package import Encodings
package import Gallery

/// A backup that was made.
package struct BackupAnswer: JSONRepresentable {
    private let record: BackupRecord

    package init(_ record: BackupRecord) { self.record = record }

    package var json: JSONValue {
        .object([
            "file": .string(record.file), "path": .string(record.path), "bytes": .integer(record.bytes),
            "galleries": .integer(record.galleries), "identities": .integer(record.identities),
            "faces": .integer(record.faces), "seconds": .number(record.seconds),
            "created_at": record.createdAt.json, "removed": .array(record.removed.map { .string($0) }),
        ])
    }
}
