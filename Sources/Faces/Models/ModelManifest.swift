/// What a network wants of its input and what its answers mean: everything that an ONNX file does not say.
///
/// Comes from `FILE.onnx.json` beside the model, from `KnownModel.all` by SHA-256, or from the conventions of
/// published models, in this order; `origin` tells. Built-in models bring theirs with them.
/// docs/bring-your-own-model.md describes the file.
package struct ModelManifest: Sendable, Equatable {
    /// What a network is for.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case detector
        case recognizer
    }

    /// Where a manifest comes from.
    package enum Origin: Sendable, Equatable {
        case file(String)
        case builtIn
        /// Nobody described the model; the text says what was taken for granted and how to state it, to be
        /// shown to the operator at start.
        case assumed(String)
    }

    package var kind: Kind
    /// Shown as `Model.name`.
    package var name: String
    /// Pixels; nil takes the file's own size, or the configured one where that is free.
    package var inputWidth: Int?
    package var inputHeight: Int?
    package var colorOrder: ColorOrder
    /// Per plane in the network's own order: input = (value - mean) / deviation, value in 0...255.
    package var mean: [Float]
    package var deviation: [Float]
    /// Recogniser: where the five landmarks belong in the crop; nil is ArcFace's for the input size.
    package var template: [Point]?
    /// Recogniser: cosine at and over which two faces count as the same person.
    package var threshold: Float
    /// Detector: score under which nothing is reported, 0...1.
    package var minimumScore: Float
    /// Detector: boxes with a larger IoU than this are one face.
    package var maximumOverlap: Float
    package var licence: String?
    /// Where the file can be had.
    package var source: String?
    /// The publication that the model goes back to.
    package var priorArt: String?
    /// What the network was made from and how, by name: `data`, `teacher`, `commercial_use`, `training`.
    package var provenance: [String: String] = [:]
    /// Recogniser: calibrated thresholds.
    package var operatingPoints: [OperatingPoint] = []
    /// What was measured of the network, by name.
    package var metrics: [String: Double] = [:]
    /// What the self-test must find.
    package var goldenAnswer: GoldenAnswer?
    package var origin: Origin

    package init(
        kind: Kind, name: String, inputWidth: Int? = nil, inputHeight: Int? = nil,
        colorOrder: ColorOrder = .rgb,
        mean: [Float], deviation: [Float], template: [Point]? = nil, threshold: Float = defaultThreshold,
        minimumScore: Float = 0.5, maximumOverlap: Float = 0.4, licence: String? = nil, source: String? = nil,
        priorArt: String? = nil, origin: Origin = .builtIn
    ) {
        self.kind = kind
        self.name = name
        self.inputWidth = inputWidth
        self.inputHeight = inputHeight
        self.colorOrder = colorOrder
        self.mean = mean
        self.deviation = deviation
        self.template = template
        self.threshold = threshold
        self.minimumScore = minimumScore
        self.maximumOverlap = maximumOverlap
        self.licence = licence
        self.source = source
        self.priorArt = priorArt
        self.origin = origin
    }

    /// Cosine for recognisers that state none: near the best LFW threshold of the ArcFace models measured
    /// here.
    package static let defaultThreshold: Float = 0.3

    /// The manifest's place for a model: `FILE.onnx.json`.
    package static func path(besideModel model: String) -> String { model + ".json" }
}
