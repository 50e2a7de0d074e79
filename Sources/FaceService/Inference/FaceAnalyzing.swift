package import Faces
package import Gallery
package import Imaging

/// The networks behind the service: what finds faces and makes embeddings of them.
///
/// The seam between the service and `FacePipeline`, so that everything above it can be tried without model
/// files. Every function blocks and is called from several threads at once.
package protocol FaceAnalyzing: Sendable {
    /// The detector, for `GET /models`.
    var detector: ModelDescription { get }
    /// The recognizer; its fingerprint and preprocessing bind a gallery.
    var recognizer: ModelDescription { get }
    /// Cuts the recognizer's crops.
    var aligner: FaceAligner { get }
    /// The faces of a decoded image, largest first; `mayBeTurned` where the file does not say that it is
    /// upright.
    func detect(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [DetectedFace]
    /// The same with their aligned crops.
    func detectAndCrop(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [AlignedCrop]
    /// An image that is an aligned crop already.
    func alignedCrop(from source: SourceImage) throws -> AlignedCrop
    /// One analysed face a crop, in order.
    func analyse(_ crops: [AlignedCrop]) throws -> [AnalysedFace]
    /// Runs the networks once and throws unless their answers are right, as far as can be known.
    func selfTest() throws -> [SelfTestOutcome]
}

/// A loaded network.
package struct ModelDescription: Sendable, Equatable {
    package let name: String
    /// SHA-256 of the file, lower-case hexadecimal.
    package let fingerprint: String
    /// Numbers in an embedding; 0 for a detector.
    package var dimension: Int
    /// Cosine at and over which two faces count as the same person; the least score for a detector.
    package var threshold: Float
    /// What is done to a face before the network sees it, in one line; empty for a detector.
    package var preprocessing: String
    /// Pixels; nil where the network takes several sizes.
    package var inputWidth: Int?
    package var inputHeight: Int?
    package var licence: String?
    package var source: String?
    /// What was taken for granted about an unknown model, to be shown at start.
    package var assumption: String?
    /// What the network was made from and how, by name.
    package var provenance: [String: String] = [:]
    /// Calibrated thresholds; none for a detector.
    package var operatingPoints: [OperatingPoint] = []
    /// What was measured of the network, by name.
    package var metrics: [String: Double] = [:]

    package init(
        name: String, fingerprint: String, dimension: Int = 0, threshold: Float, preprocessing: String = "",
        inputWidth: Int? = nil, inputHeight: Int? = nil, licence: String? = nil, source: String? = nil,
        assumption: String? = nil
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.threshold = threshold
        self.preprocessing = preprocessing
        self.inputWidth = inputWidth
        self.inputHeight = inputHeight
        self.licence = licence
        self.source = source
        self.assumption = assumption
    }
}

extension ModelDescription {
    /// What binds galleries to the network.
    package var contract: ModelContract {
        ModelContract(
            name: name, fingerprint: fingerprint, preprocessing: preprocessing, dimension: dimension)
    }
}

/// The real networks.
package struct PipelineAnalyzer: FaceAnalyzing {
    private let pipeline: FacePipeline

    package init(_ pipeline: FacePipeline) { self.pipeline = pipeline }

    package var detector: ModelDescription {
        let manifest = pipeline.detector.manifest
        return ModelDescription(
            name: manifest.name, fingerprint: pipeline.detector.fingerprint, threshold: manifest.minimumScore,
            inputWidth: manifest.inputWidth, inputHeight: manifest.inputHeight
        ).with(manifest)
    }

    package var recognizer: ModelDescription {
        let embedder = pipeline.embedder
        return ModelDescription(
            name: embedder.manifest.name, fingerprint: embedder.fingerprint, dimension: embedder.dimension,
            threshold: embedder.manifest.threshold, preprocessing: embedder.preprocessing,
            inputWidth: embedder.inputWidth, inputHeight: embedder.inputHeight
        ).with(embedder.manifest)
    }

    package var aligner: FaceAligner { pipeline.embedder.aligner }

    package func detect(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [DetectedFace] {
        try pipeline.detector.detect(in: picture, mayBeTurned: mayBeTurned, options: options)
    }

    package func detectAndCrop(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [AlignedCrop] {
        try pipeline.detectAndCrop(in: picture, mayBeTurned: mayBeTurned, options: options)
    }

    package func alignedCrop(from source: SourceImage) throws -> AlignedCrop {
        try pipeline.alignedCrop(from: source)
    }

    package func analyse(_ crops: [AlignedCrop]) throws -> [AnalysedFace] { try pipeline.analyse(crops) }

    package func selfTest() throws -> [SelfTestOutcome] { try pipeline.selfTest() }
}

extension ModelDescription {
    /// The description with what a manifest says about the network besides how to run it.
    fileprivate func with(_ manifest: ModelManifest) -> ModelDescription {
        var description = self
        description.licence = manifest.licence
        description.source = manifest.source
        if case .assumed(let text) = manifest.origin { description.assumption = text }
        description.provenance = manifest.provenance
        description.operatingPoints = manifest.operatingPoints
        description.metrics = manifest.metrics
        return description
    }
}
