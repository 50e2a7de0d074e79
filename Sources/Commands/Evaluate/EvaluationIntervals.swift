import SubCenter

/// Confidence intervals as `--json` shows them, each `[low, high]`.
package struct EvaluationIntervals: Encodable, Sendable {
    package let level: Double
    package let replicates: Int
    package let seed: UInt64
    /// What is drawn anew.
    package let resampled = "people"
    /// Of the accuracy at the one threshold that is best for all pairs, as if that were known beforehand:
    /// that it was found from the same pairs is not in it, and with folds it is not of the accuracy that the
    /// report leads with.
    package let accuracyAtThreshold: [Double]?
    package let auc: [Double]?
    package let equalErrorRate: [Double]?
    /// By the name of the false accept rate.
    package let trueAcceptRates: [String: [Double]?]

    enum CodingKeys: String, CodingKey {
        case level, replicates, seed, resampled, auc
        case accuracyAtThreshold = "accuracy_at_threshold"
        case equalErrorRate = "eer"
        case trueAcceptRates = "tar"
    }

    /// - Parameter names: of the false accept rates, in the order in which they were given to the bootstrap.
    init(_ intervals: BootstrapIntervals, _ bootstrap: PersonBootstrap, names: [String]) {
        func ends(_ interval: ClosedRange<Double>?) -> [Double]? {
            interval.map { [$0.lowerBound, $0.upperBound] }
        }
        (level, replicates, seed) = (bootstrap.level, bootstrap.replicates, bootstrap.seed)
        accuracyAtThreshold = ends(intervals.accuracy)
        auc = ends(intervals.auc)
        equalErrorRate = ends(intervals.equalErrorRate)
        trueAcceptRates = Dictionary(
            uniqueKeysWithValues: zip(names, intervals.trueAcceptRates.map(ends)).map { ($0, $1) })
    }
}
