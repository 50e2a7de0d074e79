/// A published file that needs no manifest because its SHA-256 says what it is.
package struct KnownModel: Sendable, Equatable {
    /// The published file's name.
    package let file: String
    package let byteCount: Int
    /// Lower-case hexadecimal.
    package let sha256: String
    package let manifest: ModelManifest

    package init(file: String, byteCount: Int, sha256: String, manifest: ModelManifest) {
        self.file = file
        self.byteCount = byteCount
        self.sha256 = sha256
        self.manifest = manifest
    }

    /// Every known model, detectors first.
    package static let all: [KnownModel] = detectors + recognizers

    /// The model with this fingerprint, if it is known.
    package static func with(sha256: String) -> KnownModel? { all.first { $0.sha256 == sha256 } }
}
