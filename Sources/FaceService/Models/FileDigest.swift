import Digest

/// SHA-256 of whole files.
package enum FileDigest {
    /// Lower-case hexadecimal SHA-256 of a file.
    ///
    /// - Throws: `inaccessible`.
    package static func of(_ path: String) throws(ModelStoreError) -> String {
        do { return try SHA256.hexOfFile(at: path) } catch {
            throw .inaccessible(path: path, reason: "cannot be read")
        }
    }
}
