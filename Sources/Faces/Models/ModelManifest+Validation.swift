extension ModelManifest {
    /// Checks every value of a document; the first that is wrong is thrown with its key.
    init(_ document: ManifestDocument, origin: Origin) throws(ManifestProblem) {
        guard let kind = Kind(rawValue: document.kind) else {
            throw ManifestProblem(.kind, "is \"\(document.kind)\", not \"detector\" or \"recognizer\"")
        }
        try Self.checkKeys(document.keys, of: kind)
        guard (1...128).contains(document.name.utf8.count) else {
            throw ManifestProblem(.name, "must have 1 to 128 bytes")
        }
        self.init(
            kind: kind, name: document.name, inputWidth: try Self.pixels(document.inputWidth, .inputWidth),
            inputHeight: try Self.pixels(document.inputHeight, .inputHeight),
            colorOrder: try Self.colorOrder(document), mean: try Self.figures(document.mean, .mean),
            deviation: try Self.figures(document.deviation, .deviation),
            template: try Self.points(document.template),
            threshold: try Self.fraction(document.threshold, .threshold, -1...1) ?? Self.defaultThreshold,
            minimumScore: try Self.fraction(document.minimumScore, .minimumScore, 0...1) ?? 0.5,
            maximumOverlap: try Self.fraction(document.maximumOverlap, .maximumOverlap, 0...1) ?? 0.4,
            licence: document.licence, source: document.source, priorArt: document.priorArt, origin: origin)
        provenance = try Self.provenance(document)
        operatingPoints = try Self.operatingPoints(document)
        metrics = try Self.metrics(document)
        goldenAnswer = try Self.goldenAnswer(document, of: kind)
        try checkSize()
        guard deviation.allSatisfy({ $0 > 0 }) else { throw ManifestProblem(.deviation, "must be positive") }
    }

    /// A key that means nothing for this kind would be ignored, and its author would not know.
    private static func checkKeys(
        _ keys: Set<ManifestDocument.Key>, of kind: Kind
    ) throws(ManifestProblem) {
        let foreign: [ManifestDocument.Key] =
            kind == .detector ? [.template, .threshold, .thresholds] : [.minimumScore, .maximumOverlap]
        for key in foreign where keys.contains(key) {
            throw ManifestProblem(key, "does not belong into the manifest of a \(kind.rawValue)")
        }
    }

    private static func colorOrder(_ document: ManifestDocument) throws(ManifestProblem) -> ColorOrder {
        guard let text = document.colorOrder else { throw ManifestProblem(.colorOrder, "missing") }
        guard let order = ColorOrder(rawValue: text) else {
            throw ManifestProblem(.colorOrder, "is \"\(text)\", not \"rgb\" or \"bgr\"")
        }
        return order
    }

    private static func pixels(
        _ value: Double?, _ key: ManifestDocument.Key
    ) throws(ManifestProblem) -> Int? {
        guard let value else { return nil }
        guard let pixels = Int(exactly: value) else { throw ManifestProblem(key, "must be a whole number") }
        return pixels
    }

    private static func figures(
        _ values: [Float]?, _ key: ManifestDocument.Key
    ) throws(ManifestProblem) -> [Float] {
        guard let values else { throw ManifestProblem(key, "missing") }
        guard values.count == 3, values.allSatisfy(\.isFinite) else {
            throw ManifestProblem(key, "must be three finite numbers, one a plane of the input")
        }
        return values
    }

    private static func points(_ values: [[Float]]?) throws(ManifestProblem) -> [Point]? {
        guard let values else { return nil }
        guard values.count == DetectedFace.landmarkCount, values.allSatisfy({ $0.count == 2 }) else {
            throw ManifestProblem(.template, "must be five [x, y] points")
        }
        let points = values.map { Point(x: $0[0], y: $0[1]) }
        guard (try? SimilarityTransform.fitting(points, to: AlignmentTemplate.arcFace)) != nil else {
            throw ManifestProblem(.template, "is not the five landmarks of a face")
        }
        return points
    }

    private static func fraction(
        _ value: Float?, _ key: ManifestDocument.Key, _ range: ClosedRange<Float>
    ) throws(ManifestProblem) -> Float? {
        guard let value else { return nil }
        guard range.contains(value) else {
            throw ManifestProblem(key, "must lie between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    private func checkSize() throws(ManifestProblem) {
        for (key, side) in [(ManifestDocument.Key.inputWidth, inputWidth), (.inputHeight, inputHeight)] {
            guard let side else { continue }
            if kind == .detector {
                guard CanvasSize.isValid(side) else {
                    throw ManifestProblem(
                        key,
                        "must be a multiple of \(CanvasSize.step) from \(CanvasSize.step) to "
                            + "\(CanvasSize.maximumSide)")
                }
            } else if !Self.cropSides.contains(side) {
                throw ManifestProblem(
                    key, "must lie between \(Self.cropSides.lowerBound) and \(Self.cropSides.upperBound)")
            }
        }
        guard (inputWidth == nil) == (inputHeight == nil) else {
            throw ManifestProblem(
                inputWidth == nil ? .inputWidth : .inputHeight, "missing: the other side is given")
        }
    }

    /// Pixels of a side of an aligned crop: published networks have 96 to 224.
    static let cropSides = 16...1_024
}
