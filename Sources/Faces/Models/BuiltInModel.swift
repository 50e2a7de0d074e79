internal import CModels
internal import Digest

/// A network that travels inside the executable, with its manifest: what runs where none is given.
///
/// The bytes are constants: loading one makes no copy of the file.
package struct BuiltInModel: Sendable {
    /// What stands for a path in errors.
    package let name: String
    package let manifest: ModelManifest
    private let file: @Sendable () -> embedded_file
    private let priorFile: (@Sendable () -> embedded_file)?

    package static let detector = BuiltInModel(
        name: "built-in detector", file: { embedded_detector() }, manifest: { embedded_detector_manifest() })
    package static let recognizer = BuiltInModel(
        name: "built-in recognizer", file: { embedded_recognizer() },
        manifest: { embedded_recognizer_manifest() }, prior: { embedded_recognizer_prior() })
    package static let all = [detector, recognizer]

    /// The built-in model of a kind.
    package static func of(_ kind: ModelManifest.Kind) -> BuiltInModel {
        kind == .detector ? detector : recognizer
    }

    /// The ONNX file; there until the process ends.
    package var bytes: UnsafeRawBufferPointer { file().content }

    /// Lower-case hexadecimal SHA-256 of the ONNX file, computed anew with each call.
    package var fingerprint: String { SHA256.hex(bytes) }

    /// The file that docs/inversion.md describes, where one was built in; there until the process ends.
    package var prior: UnsafeRawBufferPointer? {
        guard let content = priorFile?().content, !content.isEmpty else { return nil }
        return content
    }

    private init(
        name: String, file: @escaping @Sendable () -> embedded_file, manifest: () -> embedded_file,
        prior: (@Sendable () -> embedded_file)? = nil
    ) {
        self.name = name
        self.file = file
        priorFile = prior
        do {
            var manifest = try ModelManifest.parse(Array(manifest().content), file: name + " manifest")
            manifest.origin = .builtIn
            self.manifest = manifest
        } catch {
            // It was compiled in, and a test reads it.
            preconditionFailure("\(error)")
        }
    }
}

/// The pictures that golden answers are for.
enum SelfTestPicture {
    /// The PNG that detectors look at: a portrait of nobody.
    static var portrait: [UInt8] { Array(embedded_self_test_picture().content) }

    /// The PNG that recognisers look at: the portrait's face, aligned to ArcFace's 112x112 template.
    static var face: [UInt8] { Array(embedded_self_test_face().content) }
}

extension embedded_file {
    fileprivate var content: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: count) }
}
