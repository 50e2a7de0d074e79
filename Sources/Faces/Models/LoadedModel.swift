import Foundation
import Inference
import Kernels

/// An ONNX file of one input picture, loaded, with its manifest resolved.
struct LoadedModel: Sendable {
    let path: String
    let session: Session
    /// The one input's name and its dimensions, nil where free.
    let input: ImageInput

    /// The one input of a network that looks at pictures: [batch, 3, height, width].
    struct ImageInput: Sendable {
        let name: String
        let batch, height, width: Int?
    }

    /// Loads a file and checks that it has one float32 input of three planes.
    init(path: String, threads: Int) throws(FacesError) {
        do {
            var options = Session.Options()
            options.threads = threads
            session = try Session(modelAt: path, options: options)
        } catch { throw .inference(model: path, error) }
        self.path = path
        input = try Self.imageInput(of: session, path: path)
    }

    /// The file's name without its extension: what a model is called that nobody named.
    var fallbackName: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// The manifest beside the file, else the built-in one of its SHA-256, else none.
    func declaredManifest(kind: ModelManifest.Kind) throws(FacesError) -> ModelManifest? {
        let place = ModelManifest.path(besideModel: path)
        let manifest =
            try ModelManifest.read(at: place) ?? KnownModel.with(sha256: session.fingerprint)?.manifest
        guard let manifest else { return nil }
        guard manifest.kind == kind else {
            throw .modelInvalid(
                path: path, reason: "is a \(manifest.kind.rawValue), a \(kind.rawValue) is needed")
        }
        try checkSize(manifest)
        return manifest
    }

    /// Runs the network on one tensor; the outputs in the file's order.
    func run(_ tensor: Tensor) throws(FacesError) -> [Tensor] {
        do { return try session.run(tensor) } catch { throw .inference(model: path, error) }
    }

    /// A manifest cannot change the size that a file is made for.
    private func checkSize(_ manifest: ModelManifest) throws(FacesError) {
        let sides = [
            ("input_width", manifest.inputWidth, input.width),
            ("input_height", manifest.inputHeight, input.height),
        ]
        for (key, stated, fixed) in sides {
            guard let stated, let fixed, stated != fixed else { continue }
            throw .manifestInvalid(
                file: ModelManifest.path(besideModel: path), key: key,
                reason: "is \(stated), but the model's input has \(fixed)")
        }
    }

    private static func imageInput(of session: Session, path: String) throws(FacesError) -> ImageInput {
        guard session.inputs.count == 1, let input = session.inputs.first, input.elementType == .float32
        else {
            throw .modelInvalid(
                path: path, reason: "needs one float32 input, has \(describe(session.inputs))")
        }
        guard let dimensions = input.dimensions, dimensions.count == 4, dimensions[1].extent ?? 3 == 3 else {
            throw .modelInvalid(
                path: path,
                reason: "the input must be [batch, 3, height, width], is \(describe(session.inputs))")
        }
        return ImageInput(
            name: input.name, batch: dimensions[0].extent, height: dimensions[2].extent,
            width: dimensions[3].extent)
    }

    /// Names and shapes of inputs or outputs for an error text.
    static func describe(_ values: [ValueDescription]) -> String {
        let texts = values.map { value in
            let shape = value.dimensions.map {
                $0.map { $0.extent.map { "\($0)" } ?? "?" }.joined(separator: "x")
            }
            return "\(value.name) [\(shape ?? "?")]"
        }
        return texts.isEmpty ? "none" : texts.joined(separator: ", ")
    }
}
