extension ManifestDocument {
    /// A row of `thresholds`.
    struct Threshold: Decodable {
        enum Key: String, CodingKey, CaseIterable { case fmr, threshold, tmr }

        let fmr, threshold: Float
        let tmr: Float?

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(besides: Key.self)
            let values = try decoder.container(keyedBy: Key.self)
            fmr = try values.decode(Float.self, forKey: .fmr)
            threshold = try values.decode(Float.self, forKey: .threshold)
            tmr = try values.decodeIfPresent(Float.self, forKey: .tmr)
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
            embedding = try values.decodeIfPresent([Float].self, forKey: .embedding)
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
            box = try values.decode([Float].self, forKey: .box)
            score = try values.decode(Float.self, forKey: .score)
            landmarks = try values.decode([[Float]].self, forKey: .landmarks)
        }
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
    /// Throws `ManifestProblem` about the first key, by the alphabet, that is none of `Key`'s; else gives those
    /// that are there.
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
