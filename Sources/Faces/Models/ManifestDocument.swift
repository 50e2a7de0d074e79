/// The JSON of a manifest as it stands in the file: nothing but types and the names of keys is checked.
struct ManifestDocument: Decodable {
    enum Key: String, CodingKey, CaseIterable {
        case kind, name, mean, deviation, template, threshold, licence, source
        case inputWidth = "input_width"
        case inputHeight = "input_height"
        case colorOrder = "color_order"
        case minimumScore = "minimum_score"
        case maximumOverlap = "maximum_overlap"
        case priorArt = "prior_art"
    }

    /// Any key, to see those that no manifest has.
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let kind, name: String
    /// Any number: whether it is a whole one is for the validation to say.
    let inputWidth, inputHeight: Double?
    let colorOrder: String?
    let mean, deviation: [Float]?
    let template: [[Float]]?
    let threshold, minimumScore, maximumOverlap: Float?
    let licence, source, priorArt: String?
    /// The keys that the file has.
    let keys: Set<Key>

    init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        if let unknown = names.sorted().first(where: { Key(rawValue: $0) == nil }) {
            throw ManifestProblem(
                key: unknown,
                reason: "unknown; a manifest may have "
                    + Key.allCases.map(\.rawValue).sorted().joined(separator: ", "))
        }
        keys = Set(names.compactMap(Key.init(rawValue:)))
        let values = try decoder.container(keyedBy: Key.self)
        kind = try values.decode(String.self, forKey: .kind)
        name = try values.decode(String.self, forKey: .name)
        inputWidth = try values.decodeIfPresent(Double.self, forKey: .inputWidth)
        inputHeight = try values.decodeIfPresent(Double.self, forKey: .inputHeight)
        colorOrder = try values.decodeIfPresent(String.self, forKey: .colorOrder)
        mean = try values.decodeIfPresent([Float].self, forKey: .mean)
        deviation = try values.decodeIfPresent([Float].self, forKey: .deviation)
        template = try values.decodeIfPresent([[Float]].self, forKey: .template)
        threshold = try values.decodeIfPresent(Float.self, forKey: .threshold)
        minimumScore = try values.decodeIfPresent(Float.self, forKey: .minimumScore)
        maximumOverlap = try values.decodeIfPresent(Float.self, forKey: .maximumOverlap)
        licence = try values.decodeIfPresent(String.self, forKey: .licence)
        source = try values.decodeIfPresent(String.self, forKey: .source)
        priorArt = try values.decodeIfPresent(String.self, forKey: .priorArt)
    }
}
