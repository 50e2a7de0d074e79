import Files

/// Reads small files of `/proc`, which have no size to ask for.
enum ProcFile {
    private static let limit = 1 << 20

    /// The text of `path` up to 1 MiB, nil when it can't be read.
    static func text(_ path: String) -> String? {
        (try? WholeFile.read(path, limit: limit)).map { String(decoding: $0.prefix(limit), as: UTF8.self) }
    }
}
