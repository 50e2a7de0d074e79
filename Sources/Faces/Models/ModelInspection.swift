import Inference

/// What a model file turns out to be once it has been loaded and run.
package struct ModelInspection: Sendable {
    package let manifest: ModelManifest
    /// Lower-case hexadecimal SHA-256 of the file.
    package let fingerprint: String
    /// Numbers in an embedding; nil for a detector.
    package let dimension: Int?

    package var kind: ModelManifest.Kind { manifest.kind }

    /// Loads the file as what its manifest or its SHA-256 says, else as what its outputs look like, and runs
    /// its self-test.
    ///
    /// - Throws: Why it cannot be used as a detector or a recogniser.
    package init(modelAt path: String) throws(FacesError) {
        switch try Self.kind(of: path) {
        case .detector:
            let detector = try FaceDetector(modelAt: path)
            _ = try detector.selfTest()
            self.init(manifest: detector.manifest, fingerprint: detector.fingerprint, dimension: nil)
        case .recognizer:
            let embedder = try FaceEmbedder(modelAt: path)
            _ = try embedder.selfTest()
            self.init(
                manifest: embedder.manifest, fingerprint: embedder.fingerprint, dimension: embedder.dimension)
        }
    }

    private init(manifest: ModelManifest, fingerprint: String, dimension: Int?) {
        self.manifest = manifest
        self.fingerprint = fingerprint
        self.dimension = dimension
    }

    private static func kind(of path: String) throws(FacesError) -> ModelManifest.Kind {
        if let manifest = try ModelManifest.read(at: ModelManifest.path(besideModel: path)) {
            return manifest.kind
        }
        let model = try LoadedModel(.file(path), threads: 1)
        if let known = KnownModel.with(sha256: model.session.fingerprint) { return known.manifest.kind }
        // One output is a vector; detectors have six and more, and the layout says what is wrong with others.
        if model.session.outputs.count == 1 { return .recognizer }
        _ = try DetectorLayout(outputs: model.session.outputs, path: path)
        return .detector
    }
}
