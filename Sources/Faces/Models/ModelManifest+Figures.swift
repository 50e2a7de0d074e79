extension ModelManifest {
    /// Entries that `provenance` and `metrics` may have.
    private static let maximumEntries = 64

    /// The texts of `provenance`, under any names.
    static func provenance(_ document: ManifestDocument) throws(ManifestProblem) -> [String: String] {
        let texts = document.provenance ?? [:]
        try checkNames(texts.keys, .provenance)
        return texts
    }

    /// The numbers of `metrics`, under any names; JSON has none that are not finite.
    static func metrics(_ document: ManifestDocument) throws(ManifestProblem) -> [String: Double] {
        let figures = document.metrics ?? [:]
        try checkNames(figures.keys, .metrics)
        return figures
    }

    private static func checkNames(
        _ names: some Collection<String>, _ key: ManifestDocument.Key
    ) throws(ManifestProblem) {
        guard names.count <= maximumEntries, names.allSatisfy({ (1...128).contains($0.utf8.count) }) else {
            throw ManifestProblem(
                key, "must have at most \(maximumEntries) entries with names of 1 to 128 bytes")
        }
    }

    /// The rows of `thresholds`, in the file's order.
    static func operatingPoints(
        _ document: ManifestDocument
    ) throws(ManifestProblem) -> [OperatingPoint] {
        var points: [OperatingPoint] = []
        for row in document.thresholds ?? [] {
            guard row.fmr > 0, row.fmr <= 1 else {
                throw ManifestProblem(key: "thresholds.fmr", reason: "must lie over 0 and up to 1")
            }
            guard (-1...1).contains(row.threshold) else {
                throw ManifestProblem(key: "thresholds.threshold", reason: "must lie between -1 and 1")
            }
            guard (0...1).contains(row.tmr ?? 0) else {
                throw ManifestProblem(key: "thresholds.tmr", reason: "must lie between 0 and 1")
            }
            guard !points.contains(where: { $0.falseMatchRate == row.fmr }) else {
                throw ManifestProblem(key: "thresholds.fmr", reason: "\(row.fmr) is there twice")
            }
            points.append(
                OperatingPoint(falseMatchRate: row.fmr, threshold: row.threshold, trueMatchRate: row.tmr))
        }
        return points
    }

    /// The golden answer of `self_test`: faces for a detector, a vector for a recogniser.
    static func goldenAnswer(
        _ document: ManifestDocument, of kind: Kind
    ) throws(ManifestProblem) -> GoldenAnswer? {
        guard let test = document.selfTest else { return nil }
        switch (kind, test.embedding, test.faces) {
        case (.recognizer, let vector?, nil):
            guard FaceEmbedding(raw: vector) != nil else {
                throw ManifestProblem(
                    key: "self_test.embedding", reason: "must be finite numbers, not all of them 0")
            }
            return .embedding(vector)
        case (.detector, nil, let faces?):
            return .faces(try goldenFaces(faces))
        case (.recognizer, _, _):
            throw ManifestProblem(.selfTest, "of a recognizer has embedding and nothing else")
        case (.detector, _, _):
            throw ManifestProblem(.selfTest, "of a detector has faces and nothing else")
        }
    }

    private static func goldenFaces(
        _ faces: [ManifestDocument.Face]
    ) throws(ManifestProblem) -> [DetectedFace] {
        guard !faces.isEmpty else { throw ManifestProblem(key: "self_test.faces", reason: "is empty") }
        var golden: [DetectedFace] = []
        for face in faces {
            guard face.box.count == 4 else {
                throw ManifestProblem(key: "self_test.faces.box", reason: "must be [x, y, width, height]")
            }
            guard (0...1).contains(face.score) else {
                throw ManifestProblem(key: "self_test.faces.score", reason: "must lie between 0 and 1")
            }
            guard face.landmarks.count == DetectedFace.landmarkCount,
                face.landmarks.allSatisfy({ $0.count == 2 })
            else {
                throw ManifestProblem(key: "self_test.faces.landmarks", reason: "must be five [x, y] points")
            }
            let box = Box(x: face.box[0], y: face.box[1], width: face.box[2], height: face.box[3])
            let landmarks = face.landmarks.map { Point(x: $0[0], y: $0[1]) }
            guard let face = DetectedFace(soundBox: box, score: face.score, landmarks: landmarks) else {
                throw ManifestProblem(
                    key: "self_test.faces.box", reason: "must be finite numbers, with an area")
            }
            golden.append(face)
        }
        return golden
    }
}
