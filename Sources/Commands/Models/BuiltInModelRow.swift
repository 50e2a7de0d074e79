import Faces

/// A line of `arcface models list` about a model of the executable.
struct BuiltInModelRow: Encodable {
    let name, kind: String
    let bytes: Int
    let sha256, licence: String
    let builtIn = true
    /// As the other rows tell theirs.
    let state = ModelRow.State.builtIn

    enum CodingKeys: String, CodingKey {
        case name, kind, bytes, sha256, licence, state
        case builtIn = "built_in"
    }

    init(_ model: BuiltInModel) {
        name = model.manifest.name
        kind = model.manifest.kind.rawValue
        bytes = model.bytes.count
        sha256 = model.fingerprint
        licence = model.manifest.licence ?? "not stated"
    }

    /// The row for a person.
    var text: String { "\(name) (\(kind), \(bytes) bytes, built in): \(licence)\n  \(sha256)" }
}
