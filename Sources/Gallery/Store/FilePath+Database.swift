import Files

extension FilePath {
    /// The file itself, beside which SQLite keeps its log; the path where its links lead nowhere, which fails
    /// when it is opened.
    static func database(_ path: String) -> String { followed(path) ?? path }
}
