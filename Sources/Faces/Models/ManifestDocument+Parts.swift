extension ManifestDocument {
    /// A row of `thresholds`.
    struct Threshold: Decodable {
        enum Key: String, CodingKey, CaseIterable { case fmr, threshold, tmr }

        let fmr, threshold: Float
        let tmr: Float?

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(besides: Key.self)
            let values = try decoder.container(keyedBy: Key.self)
            fmr = Float(try values.decode(Double.self, forKey: .fmr))
            threshold = Float(try values.decode(Double.self, forKey: .threshold))
            tmr = try values.float(.tmr)
        }
    }

    /// The value of `self_test`.
    struct SelfTest: Decodable {
        enum Key: String, CodingKey, CaseIterable { case embedding, faces }

        let embedding: [Float]?
        let faces: [Face]?

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(besides: Key.self)
            let values = try decoder.container(keyedBy: Key.self)
            embedding = try values.floats(.embedding)
            faces = try values.decodeIfPresent([Face].self, forKey: .faces)
        }
    }

    /// A face of `self_test.faces`.
    struct Face: Decodable {
        enum Key: String, CodingKey, CaseIterable { case box, score, landmarks }

        let box: [Float]
        let score: Float
        let landmarks: [[Float]]

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(besides: Key.self)
            let values = try decoder.container(keyedBy: Key.self)
            box = try values.decode([Double].self, forKey: .box).map { Float($0) }
            score = Float(try values.decode(Double.self, forKey: .score))
            landmarks = try values.decode([[Double]].self, forKey: .landmarks).map { $0.map { Float($0) } }
        }
    }
}

/// Numbers are read as doubles: of one that no `Float` holds, as 1e-300, the decoder would say that the text
/// is not valid.
extension KeyedDecodingContainer {
    func float(_ key: Key) throws -> Float? {
        try decodeIfPresent(Double.self, forKey: key).map { Float($0) }
    }

    func floats(_ key: Key) throws -> [Float]? {
        try decodeIfPresent([Double].self, forKey: key)?.map { Float($0) }
    }

    func floatLists(_ key: Key) throws -> [[Float]]? {
        try decodeIfPresent([[Double]].self, forKey: key)?.map { $0.map { Float($0) } }
    }
}

/// Any key, to see those that an object may not have.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Throws `ManifestProblem` about the first key, by the alphabet, that is none of `Key`'s; else gives
    /// those that are there.
    @discardableResult
    func refuseKeys<Key: CodingKey & CaseIterable & RawRepresentable<String>>(
        besides keys: Key.Type
    ) throws -> [Key] {
        let names = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        if let unknown = names.first(where: { Key(rawValue: $0) == nil }) {
            throw ManifestProblem(
                key: ManifestProblem.name(of: codingPath + [AnyKey(stringValue: unknown)]),
                reason: "unknown; there may be "
                    + keys.allCases.map { $0.rawValue as String }.sorted().joined(separator: ", "))
        }
        return names.compactMap { Key(rawValue: $0) }
    }
}
