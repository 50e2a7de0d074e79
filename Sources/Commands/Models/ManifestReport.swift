import Faces

/// What `arcface models info` says of a model besides its graph.
struct ManifestReport: Encodable {
    /// A calibrated threshold.
    struct Threshold: Encodable {
        let fmr, threshold: Float
        let tmr: Float?

        init(_ point: OperatingPoint) {
            (fmr, threshold, tmr) = (point.falseMatchRate, point.threshold, point.trueMatchRate)
        }

        /// `at FMR 0.001: 0.31 (TMR 0.97)`.
        var text: String { "at FMR \(fmr): \(threshold)" + (tmr.map { " (TMR \($0))" } ?? "") }
    }

    let name, kind: String
    let licence, source, priorArt: String?
    /// Cosine of the same person; nil for a detector.
    let threshold: Float?
    let thresholds: [Threshold]
    let provenance: [String: String]
    let metrics: [String: Double]
    /// Whether the self-test has golden answers to compare with.
    let hasGoldenAnswer: Bool

    enum CodingKeys: String, CodingKey {
        case name, kind, licence, source, threshold, thresholds, provenance, metrics
        case priorArt = "prior_art"
        case hasGoldenAnswer = "golden_self_test"
    }

    init(_ manifest: ModelManifest) {
        name = manifest.name
        kind = manifest.kind.rawValue
        (licence, source, priorArt) = (manifest.licence, manifest.source, manifest.priorArt)
        threshold = manifest.kind == .recognizer ? manifest.threshold : nil
        thresholds = manifest.operatingPoints.map(Threshold.init)
        (provenance, metrics) = (manifest.provenance, manifest.metrics)
        hasGoldenAnswer = manifest.goldenAnswer != nil
    }

    /// The lines for a person.
    var lines: [String] {
        var lines = ["\(name): \(kind), licence: \(licence ?? "not stated")"]
        for (label, text) in [("source", source), ("prior art", priorArt)] {
            if let text { lines.append("\(label): \(text)") }
        }
        if let threshold { lines.append("threshold: \(threshold)") }
        lines += thresholds.map { "threshold " + $0.text }
        lines += provenance.sorted { $0.key < $1.key }.map { "provenance, \($0.key): \($0.value)" }
        lines += metrics.sorted { $0.key < $1.key }.map { "measured, \($0.key): \($0.value)" }
        lines.append("self-test: " + (hasGoldenAnswer ? "golden answers" : "soundness only"))
        return lines
    }
}
