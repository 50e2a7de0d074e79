package import Encodings
package import Gallery

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
