extension VerificationMetrics {
    /// Area under the ROC curve: the chance that a genuine pair scores above an impostor pair, ties counted
    /// half. Nil when one of the kinds has no trial.
    package var auc: Double? {
        let points = roc
        guard !points.isEmpty else { return nil }
        return zip(points, points.dropFirst()).reduce(0) { area, segment in
            let width = segment.1.falseAcceptRate - segment.0.falseAcceptRate
            return area + width * (segment.0.trueAcceptRate + segment.1.trueAcceptRate) / 2
        }
    }

    /// The rate at which false accepts and false rejects are equal, interpolated along the ROC curve; nil
    /// when one of the kinds has no trial.
    package var equalErrorRate: Double? {
        let points = roc
        for (from, to) in zip(points, points.dropFirst()) {
            let before = from.falseAcceptRate - (1 - from.trueAcceptRate)
            let after = to.falseAcceptRate - (1 - to.trueAcceptRate)
            guard after >= 0 else { continue }
            return from.falseAcceptRate + (to.falseAcceptRate - from.falseAcceptRate)
                * (-before / (after - before))
        }
        return nil
    }

    /// The greatest true accept rate at a false accept rate of at most `rate`; nil when there are fewer than
    /// `1 / rate` impostor trials, which can't show such a rate, or no genuine one.
    package func trueAcceptRate(atFalseAcceptRate rate: Double) -> Double? {
        point(atFalseAcceptRate: rate)?.trueAcceptRate
    }

    /// Impostor trials without which nothing can be said about `rate`.
    package static func trialsNeeded(forFalseAcceptRate rate: Double) -> Int {
        TrialCount.needed(for: 1, at: rate)
    }

    /// The last point of the curve at a false accept rate of at most `rate`; nil where `trueAcceptRate` is.
    package func point(atFalseAcceptRate rate: Double) -> ROCPoint? {
        guard rate > 0, genuine > 0, impostors >= Self.trialsNeeded(forFalseAcceptRate: rate) else {
            return nil
        }
        return lastPoint(atFalseAcceptRate: rate)
    }

    /// The same however few the trials are; nil without trials of both kinds.
    func lastPoint(atFalseAcceptRate rate: Double) -> ROCPoint? {
        // Shares of the same whole, so that half a trial is beyond any rounding.
        let allowed = Double(TrialCount.allowed(of: impostors, at: rate)) + 0.5
        return roc.last { $0.falseAcceptRate * Double(impostors) <= allowed }
    }

    /// The k-fold protocol (LFW's has ten): each fold is judged at the threshold that is best on all the
    /// others. Nil with fewer than two folds or an empty one.
    package static func folded(_ folds: [[VerificationTrial]]) -> FoldedAccuracy? {
        guard folds.count >= 2 else { return nil }
        var results: [ThresholdAccuracy] = []
        for held in folds.indices {
            let others = folds.indices.filter { $0 != held }.flatMap { folds[$0] }
            guard let threshold = VerificationMetrics(others).best?.threshold,
                let accuracy = VerificationMetrics(folds[held]).accuracy(at: threshold)
            else { return nil }
            results.append(ThresholdAccuracy(threshold: threshold, accuracy: accuracy))
        }
        return FoldedAccuracy(folds: results)
    }
}
