/// A published file that needs no manifest because its SHA-256 says what it is.
package struct KnownModel: Sendable, Equatable {
    /// The published file's name.
    package let file: String
    package let byteCount: Int
    /// Lower-case hexadecimal.
    package let sha256: String
    package let manifest: ModelManifest
    /// Where the single file can be downloaded; nil where it is only published inside an archive or of
    /// unclear licence.
    package let url: String?

    package init(file: String, byteCount: Int, sha256: String, manifest: ModelManifest, url: String? = nil) {
        self.file = file
        self.byteCount = byteCount
        self.sha256 = sha256
        self.manifest = manifest
        self.url = url
    }

    /// What the model is called on the command line and in the configuration.
    package var name: String { manifest.name }

    /// Every known model, detectors first.
    package static let all: [KnownModel] = detectors + recognizers

    /// The model with this fingerprint, if it is known.
    package static func with(sha256: String) -> KnownModel? { all.first { $0.sha256 == sha256 } }

    /// The model of this name, or of the published file's name without its extension.
    package static func named(_ name: String) -> KnownModel? {
        all.first { $0.name == name || $0.file == name + ".onnx" }
    }
}
