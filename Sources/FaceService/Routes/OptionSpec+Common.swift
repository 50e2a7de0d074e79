import Encodings
import Gallery

extension OptionSpec {
    /// The face options of every operation that looks for faces.
    static func faces(defaultMaximum: String) -> [OptionSpec] {
        [
            OptionSpec(
                "max_faces", .integer(1...10_000),
                "At most this many faces, largest first; where faces are cut out, an image with more than inference.max_faces "
                    + "is refused unless this takes fewer. Default: \(defaultMaximum)."),
            OptionSpec("min_score", .number(0...1), "Least detector score. Default: the detector's own."),
            OptionSpec(
                "min_size", .number(0...65_536), "Least shorter side of a face's box in pixels. Default: 0."),
            OptionSpec(
                "aligned", .flag,
                "The image is an aligned crop of the model's input size: nothing is detected. Default: false."
            ),
            OptionSpec("crop", .flag, "Answer the aligned crop too, as base64 JPEG. Default: false."),
        ]
    }

    static let threshold = OptionSpec(
        "threshold", .number(-1...1),
        "Least cosine of the same person, inclusive. Default: the gallery's calibrated one, else the model's. By rounding the similarity of a stored embedding to itself may be off 1 by some millionths, so 1 may find nobody."
    )

    /// - Parameter explanation: what it is for; the limits are added.
    static func metadata(_ explanation: String) -> OptionSpec {
        OptionSpec(
            "metadata", .object,
            explanation
                + " It takes at most \(JSONObjectText.metadataLimit) bytes as compact JSON, and with it the body "
                + "nests at most \(JSONParser.Limits().depth) deep.")
    }

    static let embeddingFormat = OptionSpec(
        "embedding_format", .choice(EmbeddingFormat.allCases.map(\.rawValue)),
        "float: numbers; base64: little-endian float32. Default: float.")

    /// `limit` and `cursor`, as on every list.
    static let paging = [
        OptionSpec(
            "limit", .integer(1...PageRequest.maximumLimit),
            "Items a page. Default: \(PageRequest.defaultLimit)."),
        OptionSpec("cursor", .text, "`next` of the page before. Default: the first page."),
    ]
}

extension OptionValues {
    var face: FaceOptions {
        var options = FaceOptions()
        options.maxFaces = integer("max_faces")
        options.minScore = float("min_score")
        options.minSize = float("min_size") ?? 0
        options.aligned = flag("aligned")
        options.crop = flag("crop")
        return options
    }

    var embeddingFormat: EmbeddingFormat {
        text("embedding_format").flatMap { EmbeddingFormat(rawValue: $0) } ?? .numbers
    }

    func page() throws -> PageRequest {
        try PageRequest(
            limit: integer("limit") ?? PageRequest.defaultLimit, after: text("cursor").map { try Cursor($0) })
    }

    func metadata() throws -> JSONObjectText? {
        try object("metadata").map { try JSONObjectText(JSONValue.object($0).jsonText()) }
    }
}
