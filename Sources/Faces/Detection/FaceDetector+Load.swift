import Inference

extension FaceDetector {
    /// Loads SCRFD or YuNet, recognised by the file's outputs.
    ///
    /// `inputSize` is the side in pixels of the square that images are scaled into, rounded up to a multiple
    /// of 32, for files of free input size (default 640, or the manifest's size). A file of fixed size keeps
    /// its own: there `inputSize` has no effect, see `canvas` for what is used.
    package convenience init(
        _ source: ModelSource = .builtIn(.detector), inputSize: Int? = nil, threads: Int = 1
    ) throws(FacesError) {
        let model = try LoadedModel(source, threads: threads)
        let path = model.path
        let layout = try DetectorLayout(outputs: model.session.outputs, path: path)
        let manifest =
            try model.declaredManifest(kind: .detector) ?? layout.manifest(name: model.fallbackName)
        guard model.input.batch ?? 1 == 1 else {
            throw .modelInvalid(path: path, reason: "takes a fixed batch of \(model.input.batch ?? 0), not 1")
        }
        let network = ModelDetectionNetwork(
            model: model, decoder: layout.decoder, encoding: PixelEncoding(manifest),
            maximumOverlap: manifest.maximumOverlap,
            canvas: try Self.canvas(of: model, manifest: manifest, inputSize: inputSize))
        self.init(network: network, manifest: manifest, fingerprint: model.session.fingerprint)
    }

    /// Loads a file.
    package convenience init(
        modelAt path: String, inputSize: Int? = nil, threads: Int = 1
    ) throws(FacesError) { try self.init(.file(path), inputSize: inputSize, threads: threads) }

    private static func canvas(
        of model: LoadedModel, manifest: ModelManifest, inputSize: Int?
    ) throws(FacesError) -> CanvasSize {
        let width = try side(model, fixed: model.input.width, wish: inputSize ?? manifest.inputWidth)
        let height = try side(model, fixed: model.input.height, wish: inputSize ?? manifest.inputHeight)
        return CanvasSize(width: width, height: height)
    }

    private static func side(_ model: LoadedModel, fixed: Int?, wish: Int?) throws(FacesError) -> Int {
        if let fixed {
            guard CanvasSize.isValid(fixed) else {
                throw .modelInvalid(
                    path: model.path,
                    reason: "its input side of \(fixed) is not a multiple of \(CanvasSize.step)")
            }
            return fixed
        }
        let wish = wish ?? defaultInputSize
        guard (1...CanvasSize.maximumSide).contains(wish) else {
            throw .inputSizeInvalid(size: wish, limit: CanvasSize.maximumSide)
        }
        return (wish + CanvasSize.step - 1) / CanvasSize.step * CanvasSize.step
    }

    /// Pixels; what the published accuracy figures of SCRFD and YuNet are for.
    package static let defaultInputSize = 640
}
