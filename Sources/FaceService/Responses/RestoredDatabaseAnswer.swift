package import Encodings
package import Gallery

/// A database that was restored, as `arcface restore --json` prints it.
package struct RestoredDatabaseAnswer: JSONRepresentable {
    private let record: RestoreRecord

    package init(_ record: RestoreRecord) { self.record = record }

    package var json: JSONValue {
        .object([
            "database": .string(record.database), "file": .string(record.file),
            "bytes": .integer(record.bytes), "galleries": .integer(record.galleries),
            "identities": .integer(record.identities), "faces": .integer(record.faces),
            "schema_step": .integer(record.steps),
            "put_aside": record.putAside.map { .string($0) } ?? .null,
        ])
    }
}
