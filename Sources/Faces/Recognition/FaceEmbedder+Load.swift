import Inference
package import Kernels

extension FaceEmbedder {
    /// Loads a recogniser. Its preprocessing comes from its manifest; a file that has none is taken for
    /// InsightFace's convention if it has that convention's shape (one input Nx3x112x112, one output of
    /// vectors), which `manifest.origin` then states, and refused with `manifestMissing` otherwise.
    package convenience init(
        _ source: ModelSource = .builtIn(.recognizer), threads: Int = 1, precision: Precision = .float32
    ) throws(FacesError) {
        let model = try LoadedModel(source, threads: threads, precision: precision)
        let path = model.path
        guard model.session.outputs.count == 1 else {
            throw .modelInvalid(
                path: path,
                reason: "a recognizer has one output, this has \(LoadedModel.describe(model.session.outputs))"
            )
        }
        guard Self.batches.contains(model.input.batch ?? 1) else {
            throw .modelInvalid(
                path: path,
                reason: "takes a fixed batch of \(model.input.batch ?? 1), over \(Self.batches.upperBound)")
        }
        let declared = try model.declaredManifest(kind: .recognizer)
        let manifest = if let declared { declared } else { try Self.assumedManifest(of: model) }
        guard let width = model.input.width ?? manifest.inputWidth,
            let height = model.input.height ?? manifest.inputHeight
        else {
            throw .manifestInvalid(
                file: ModelManifest.path(besideModel: path), key: "input_width",
                reason: "missing: the model's input size is free")
        }
        guard ModelManifest.cropSides.contains(width), ModelManifest.cropSides.contains(height) else {
            throw .modelInvalid(path: path, reason: "an input of \(width)x\(height) is not an aligned face")
        }
        try self.init(
            model: model, manifest: manifest, inputWidth: width, inputHeight: height, precision: precision)
    }

    /// Loads a file.
    package convenience init(modelAt path: String, threads: Int = 1) throws(FacesError) {
        try self.init(.file(path), threads: threads)
    }

    private static func assumedManifest(of model: LoadedModel) throws(FacesError) -> ModelManifest {
        let manifest = ModelManifest.path(besideModel: model.path)
        let isVector = model.session.outputs[0].dimensions.map { $0.count == 2 } ?? true
        guard model.input.width == 112, model.input.height == 112, isVector else {
            throw .manifestMissing(
                model: model.path, manifest: manifest,
                reason:
                    "its preprocessing is unknown and its shape is not that of InsightFace's models; write "
                    + "\(example(model)) with the figures that it was trained with")
        }
        return .insightFace(
            name: model.fallbackName, width: 112, height: 112,
            origin: .assumed(
                "\(model.fallbackName): no manifest describes this recognizer; InsightFace's convention is "
                    + "assumed (RGB, (value - 127.5) / 127.5, threshold "
                    + "\(ModelManifest.defaultThreshold) uncalibrated). "
                    + "If it was trained otherwise, embeddings are wrong without any error: state it in "
                    + manifest
            ))
    }

    private static func example(_ model: LoadedModel) -> String {
        """
        {"kind": "recognizer", "name": "\(model.fallbackName)", "input_width": \(model.input.width ?? 112), \
        "input_height": \(model.input.height ?? 112), "color_order": "rgb", "mean": [127.5, 127.5, 127.5], \
        "deviation": [127.5, 127.5, 127.5], "threshold": 0.3}
        """
    }

    /// Read from the file's output, or by running it once where the file does not say.
    static func dimension(
        of model: LoadedModel, width: Int, height: Int, encoding: PixelEncoding
    ) throws(FacesError) -> Int {
        var dimension = 1
        for part in model.session.outputs[0].dimensions?.dropFirst() ?? [] {
            guard let extent = part.extent,
                case let (product, false) = dimension.multipliedReportingOverflow(by: extent)
            else { return try measuredDimension(of: model, width: width, height: height, encoding: encoding) }
            dimension = product
        }
        guard (model.session.outputs[0].dimensions?.count ?? 0) >= 2 else {
            return try measuredDimension(of: model, width: width, height: height, encoding: encoding)
        }
        return try checked(dimension, of: model)
    }

    private static func measuredDimension(
        of model: LoadedModel, width: Int, height: Int, encoding: PixelEncoding
    ) throws(FacesError) -> Int {
        let batch = model.input.batch ?? 1
        let outputs = try model.run(encoding.tensor([], width: width, height: height, batch: batch))
        guard let output = outputs.first, output.shape.first == batch else {
            throw .modelInvalid(path: model.path, reason: "its output is not one vector an image")
        }
        return try checked(output.count / batch, of: model)
    }

    private static func checked(_ dimension: Int, of model: LoadedModel) throws(FacesError) -> Int {
        guard dimensions.contains(dimension) else {
            throw .modelInvalid(
                path: model.path,
                reason: "an embedding of \(dimension) numbers lies outside \(dimensions.lowerBound) to "
                    + "\(dimensions.upperBound)")
        }
        return dimension
    }

    /// Images a file may be made for at once: memory for that many is taken with every run.
    private static let batches = 1...256

    /// Published face embeddings have 64 to 2048 numbers.
    private static let dimensions = 2...8_192
}
