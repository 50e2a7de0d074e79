import Faces

/// A line of `arcface models list`.
struct KnownModelRow: Encodable {
    let name, kind, file: String
    let bytes: Int
    let sha256, licence: String
    let source: String?

    init(_ model: KnownModel) {
        name = model.manifest.name
        kind = model.manifest.kind.rawValue
        file = model.file
        bytes = model.byteCount
        sha256 = model.sha256
        licence = model.manifest.licence ?? "not stated"
        source = model.manifest.source
    }

    /// The row for a person.
    var text: String {
        "\(name) (\(kind), \(bytes) bytes): \(licence)\n  \(file) \(sha256)"
            + (source.map { "\n  " + $0 } ?? "")
    }
}
