/// What is wrong with a manifest, before the file's name is added.
struct ManifestProblem: Error, Equatable {
    /// Empty when the file as a whole is wrong.
    let key: String
    let reason: String

    init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }

    init(_ key: ManifestDocument.Key, _ reason: String) { self.init(key: key.rawValue, reason: reason) }

    /// The decoder's complaint with the key that it is about.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(key: Self.name(of: context.codingPath + [key]), reason: "missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(key: Self.key(context), reason: "has a value of the wrong type")
        case .dataCorrupted(let context):
            let key = Self.key(context)
            self.init(
                key: key, reason: key.isEmpty ? "is not JSON" : "has a value that cannot be read")
        @unknown default:
            self.init(key: "", reason: "cannot be read")
        }
    }

    private static func key(_ context: DecodingError.Context) -> String { name(of: context.codingPath) }

    /// The names on the way to a value, `self_test.faces.box`; places in lists are left out.
    static func name(of path: [any CodingKey]) -> String {
        path.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
    }
}
