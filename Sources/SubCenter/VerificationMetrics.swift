/// How well similarities tell genuine pairs from impostor pairs.
///
/// Built once in O(n log n); every figure is exact, equal similarities counted as one step.
package struct VerificationMetrics: Sendable {
    package let genuine: Int
    package let impostors: Int
    /// From (0, 0) to (1, 1), one point a distinct similarity. Empty when one of the kinds has no trial.
    package let roc: [ROCPoint]

    /// Traps on a similarity that is not finite: callers give cosines.
    package init(_ trials: [VerificationTrial]) {
        fatalError("written next")
    }

    /// Area under the ROC curve, ties counted half; nil when one of the kinds has no trial.
    package var auc: Double? { fatalError("written next") }

    /// The rate at which false accepts and false rejects are equal, interpolated along the ROC curve; nil when
    /// one of the kinds has no trial.
    package var equalErrorRate: Double? { fatalError("written next") }

    /// The greatest true accept rate at a false accept rate of at most `rate`; nil when there are fewer than
    /// `1 / rate` impostor trials, which can't show such a rate, or no genuine one.
    package func trueAcceptRate(atFalseAcceptRate rate: Double) -> Double? { fatalError("written next") }

    /// The threshold that decides most pairs rightly; nil without trials.
    package var best: ThresholdAccuracy? { fatalError("written next") }

    /// The share of pairs decided rightly at `threshold` (accepted when at or above it); nil without trials.
    package func accuracy(at threshold: Float) -> Double? { fatalError("written next") }

    /// The k-fold protocol (LFW's has ten); nil with fewer than two folds or an empty one.
    package static func folded(_ folds: [[VerificationTrial]]) -> FoldedAccuracy? {
        fatalError("written next")
    }
}
