import Foundation
import Imaging
import Inference
import Kernels

/// A network of one input picture, loaded, with its manifest resolved.
struct LoadedModel: Sendable {
    /// The file, or what stands for it where there is none.
    let path: String
    let session: Session
    /// The one input's name and its dimensions, nil where free.
    let input: ImageInput
    /// Memory of inputs, kept for the next runs.
    private let inputs = BufferPool(limit: 4)

    /// The one input of a network that looks at pictures: [batch, 3, height, width].
    struct ImageInput: Sendable {
        let name: String
        let batch, height, width: Int?
    }

    /// The manifest that came with the network, where it is no file.
    private let ownManifest: ModelManifest?

    /// Loads a network and checks that it has one float32 input of three planes.
    init(_ source: ModelSource, threads: Int, precision: Precision = .float32) throws(FacesError) {
        var options = Session.Options()
        (options.threads, options.precision) = (threads, precision)
        (path, ownManifest) = Self.description(of: source)
        do {
            session =
                switch source {
                case .file(let path): try Session(modelAt: path, options: options)
                case .builtIn(let model): try Session(constantModel: model.bytes, options: options)
                case .memory(let bytes, _, let name):
                    try Session(model: bytes, name: name, options: options)
                }
        } catch { throw .inference(model: path, error) }
        input = try Self.imageInput(of: session, path: path)
    }

    private static func description(of source: ModelSource) -> (String, ModelManifest?) {
        switch source {
        case .file(let path): (path, nil)
        case .builtIn(let model): (model.name, model.manifest)
        case .memory(_, let manifest, let name): (name, manifest)
        }
    }

    /// The file's name without its extension: what a model is called that nobody named.
    var fallbackName: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// The manifest that came along, that beside the file, that of its SHA-256 in the table of known files,
    /// or none.
    func declaredManifest(kind: ModelManifest.Kind) throws(FacesError) -> ModelManifest? {
        guard let manifest = try anyManifest() else { return nil }
        guard manifest.kind == kind else {
            throw .modelInvalid(
                path: path, reason: "is a \(manifest.kind.rawValue), a \(kind.rawValue) is needed")
        }
        try checkSize(manifest)
        return manifest
    }

    private func anyManifest() throws(FacesError) -> ModelManifest? {
        if let ownManifest { return ownManifest }
        return try ModelManifest.read(at: ModelManifest.path(besideModel: path))
            ?? KnownModel.with(sha256: session.fingerprint)?.manifest
    }

    /// Runs the network on one tensor; the outputs in the file's order.
    func run(_ tensor: Tensor) throws(FacesError) -> [Tensor] {
        do { return try session.run(tensor) } catch { throw .inference(model: path, error) }
    }

    /// Rows of pictures for the network, made by its threads.
    var sharing: RowSharing {
        RowSharing { [session] rows, body in session.share(rows, grain: LoadedModel.leastRows, body) }
    }

    /// Rows that a thread makes at least: two that work on a few have the same source rows to stretch.
    private static let leastRows = 16

    /// Lends `body` memory for an input of `batch` pictures. What the network answers may lie in it too, so
    /// `body` takes out what is to stay.
    func withInputMemory<R>(
        batch: Int, width: Int, height: Int, _ body: (AlignedBuffer) throws(FacesError) -> R
    ) throws(FacesError) -> R {
        let buffer = inputs.take(atLeast: batch * 3 * width * height * ElementType.float32.byteCount)
        defer { inputs.give(buffer) }
        return try body(buffer)
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

    /// Names, types and shapes of inputs or outputs for an error text.
    static func describe(_ values: [ValueDescription]) -> String {
        let texts = values.map { value in
            let shape = value.dimensions.map {
                $0.map { $0.extent.map { "\($0)" } ?? "?" }.joined(separator: "x")
            }
            return "\(value.name) \(value.elementType) [\(shape ?? "?")]"
        }
        return texts.isEmpty ? "none" : texts.joined(separator: ", ")
    }
}
