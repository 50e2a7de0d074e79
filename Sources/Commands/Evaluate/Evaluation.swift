package import SubCenter

/// What `arcface evaluate` reports, with the keys of its `--json`.
package struct Evaluation: Encodable, Sendable {
    package let pairs: Int
    package let folds: Int
    package let accuracy: Double
    package let accuracyDeviation: Double?
    package let threshold: Float
    package let auc: Double?
    package let equalErrorRate: Double?
    package let trueAcceptRates: [String: Double?]
    package let facesNotFound: Int
    package let images: Int
    package let imagesPerSecond: Double

    enum CodingKeys: String, CodingKey {
        case pairs, folds, accuracy, threshold, auc, images
        case accuracyDeviation = "accuracy_std"
        case equalErrorRate = "eer"
        case trueAcceptRates = "tar"
        case facesNotFound = "faces_not_found"
        case imagesPerSecond = "images_per_second"
    }

    /// The false accept rates whose true accept rate is reported, by the name they have in the report.
    static let falseAcceptRates: [(name: String, rate: Double)] = [
        ("1e-2", 1e-2), ("1e-3", 1e-3), ("1e-4", 1e-4),
    ]

    /// Judges the trials of `file`: with folds each at the threshold of the others, else at the best one of all.
    ///
    /// - Returns: nil when there is no trial.
    package init?(
        trials: [VerificationTrial], of file: PairsFile, facesNotFound: Int, images: Int, seconds: Double
    ) {
        let metrics = VerificationMetrics(trials)
        guard let best = metrics.best else { return nil }
        let folded = file.hasFolds ? Self.folded(trials, of: file) : nil
        pairs = trials.count
        folds = folded?.folds.count ?? 0
        accuracy = folded?.mean ?? best.accuracy
        accuracyDeviation = folded?.deviation
        threshold = best.threshold
        auc = metrics.auc
        equalErrorRate = metrics.equalErrorRate
        trueAcceptRates = Dictionary(
            uniqueKeysWithValues: Self.falseAcceptRates.map { name, rate in
                (name, metrics.trueAcceptRate(atFalseAcceptRate: rate))
            })
        self.facesNotFound = facesNotFound
        self.images = images
        imagesPerSecond = seconds > 0 ? Double(images) / seconds : 0
    }

    private static func folded(_ trials: [VerificationTrial], of file: PairsFile) -> FoldedAccuracy? {
        var folds = [[VerificationTrial]](repeating: [], count: file.foldCount)
        for (pair, trial) in zip(file.pairs, trials) { folds[pair.fold].append(trial) }
        return VerificationMetrics.folded(folds)
    }
}
