/// The JSON of a manifest as it stands in the file: nothing but types and the names of keys is checked.
struct ManifestDocument: Decodable {
    enum Key: String, CodingKey, CaseIterable {
        case kind, name, mean, deviation, template, threshold, licence, source, provenance, thresholds,
            metrics
        case inputWidth = "input_width"
        case inputHeight = "input_height"
        case colorOrder = "color_order"
        case minimumScore = "minimum_score"
        case maximumOverlap = "maximum_overlap"
        case priorArt = "prior_art"
        case selfTest = "self_test"
    }

    let kind, name: String
    /// Any number: whether it is a whole one is for the validation to say.
    let inputWidth, inputHeight: Double?
    let colorOrder: String?
    let mean, deviation: [Float]?
    let template: [[Float]]?
    let threshold, minimumScore, maximumOverlap: Float?
    let licence, source, priorArt: String?
    let provenance: [String: String]?
    let thresholds: [Threshold]?
    let metrics: [String: Double]?
    let selfTest: SelfTest?
    /// The keys that the file has.
    let keys: Set<Key>

    init(from decoder: any Decoder) throws {
        keys = Set(try decoder.refuseKeys(besides: Key.self))
        let values = try decoder.container(keyedBy: Key.self)
        kind = try values.decode(String.self, forKey: .kind)
        name = try values.decode(String.self, forKey: .name)
        inputWidth = try values.decodeIfPresent(Double.self, forKey: .inputWidth)
        inputHeight = try values.decodeIfPresent(Double.self, forKey: .inputHeight)
        colorOrder = try values.decodeIfPresent(String.self, forKey: .colorOrder)
        mean = try values.floats(.mean)
        deviation = try values.floats(.deviation)
        template = try values.floatLists(.template)
        threshold = try values.float(.threshold)
        minimumScore = try values.float(.minimumScore)
        maximumOverlap = try values.float(.maximumOverlap)
        licence = try values.decodeIfPresent(String.self, forKey: .licence)
        source = try values.decodeIfPresent(String.self, forKey: .source)
        priorArt = try values.decodeIfPresent(String.self, forKey: .priorArt)
        provenance = try values.decodeIfPresent([String: String].self, forKey: .provenance)
        thresholds = try values.decodeIfPresent([Threshold].self, forKey: .thresholds)
        metrics = try values.decodeIfPresent([String: Double].self, forKey: .metrics)
        selfTest = try values.decodeIfPresent(SelfTest.self, forKey: .selfTest)
    }
}
