package import SubCenter

/// What `arcface evaluate` finds out about pairs, with the keys of its `--json`.
package struct Evaluation: Encodable, Sendable {
    package let pairs: Int
    package let genuine: Int
    package let impostor: Int
    package let folds: Int
    package let accuracy: Double
    package let accuracyDeviation: Double?
    package let threshold: Float
    package let auc: Double?
    package let equalErrorRate: Double?
    /// By the name of the false accept rate; nil where there are too few impostor pairs for it.
    package let trueAcceptRates: [String: Double?]
    package let thresholds: [String: Float?]
    /// Nil with too few people.
    package let intervals: EvaluationIntervals?

    enum CodingKeys: String, CodingKey {
        case pairs, genuine, impostor, folds, accuracy, threshold, auc, intervals
        case accuracyDeviation = "accuracy_std"
        case equalErrorRate = "eer"
        case trueAcceptRates = "tar"
        case thresholds = "tar_threshold"
    }

    /// The false accept rates whose true accept rate is reported, by the name they have in the report.
    static let falseAcceptRates: [(name: String, rate: Double)] = [
        ("1e-2", 1e-2), ("1e-3", 1e-3), ("1e-4", 1e-4),
    ]

    /// Judges the trials of `file`: with folds each at the threshold of the others, else at the best one of
    /// all.
    ///
    /// - Returns: nil when there is no trial.
    package init?(
        trials: [VerificationTrial], of file: PairsFile, bootstrap: PersonBootstrap = PersonBootstrap()
    ) {
        let metrics = VerificationMetrics(trials)
        guard let best = metrics.best else { return nil }
        let folded = file.hasFolds ? Self.folded(trials, of: file) : nil
        pairs = trials.count
        (genuine, impostor) = (metrics.genuine, metrics.impostors)
        folds = folded?.folds.count ?? 0
        accuracy = folded?.mean ?? best.accuracy
        accuracyDeviation = folded?.deviation
        threshold = best.threshold
        auc = metrics.auc
        equalErrorRate = metrics.equalErrorRate
        let points = Self.falseAcceptRates.map { ($0.name, metrics.point(atFalseAcceptRate: $0.rate)) }
        trueAcceptRates = Dictionary(uniqueKeysWithValues: points.map { ($0.0, $0.1?.trueAcceptRate) })
        thresholds = Dictionary(
            uniqueKeysWithValues: points.map {
                ($0.0, $0.1.flatMap { $0.threshold.isFinite ? $0.threshold : nil })
            })
        let shown = zip(Self.falseAcceptRates, points).filter { $1.1 != nil }.map(\.0)
        intervals = bootstrap.intervals(
            trials, people: file.people, threshold: best.threshold, falseAcceptRates: shown.map(\.rate)
        ).map { EvaluationIntervals($0, bootstrap, names: shown.map(\.name)) }
    }

    private static func folded(_ trials: [VerificationTrial], of file: PairsFile) -> FoldedAccuracy? {
        var folds = [[VerificationTrial]](repeating: [], count: file.foldCount)
        for (pair, trial) in zip(file.pairs, trials) { folds[pair.fold].append(trial) }
        return VerificationMetrics.folded(folds)
    }
}

extension PairsFile {
    /// The people of each pair, by numbers from 0; told apart by the bytes of their names, as folders are.
    var people: [(Int, Int)] {
        var numbers: [[UInt8]: Int] = [:]
        func number(_ name: String) -> Int {
            let bytes = Array(name.utf8)
            if let known = numbers[bytes] { return known }
            defer { numbers[bytes] = numbers.count }
            return numbers.count
        }
        return pairs.map { (number($0.first.person), number($0.second.person)) }
    }
}
