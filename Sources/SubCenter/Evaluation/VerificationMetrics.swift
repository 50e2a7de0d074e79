/// How well similarities tell genuine pairs from impostor pairs.
///
/// Built once in O(n log n); every figure is exact, equal similarities counted as one step.
package struct VerificationMetrics: Sendable {
    /// What is accepted at one threshold.
    private struct Step: Sendable {
        let similarity: Float
        let genuine: Int
        let impostors: Int
    }

    package let genuine: Int
    package let impostors: Int
    /// One a distinct similarity, the highest first; accepting everything at or above it.
    private let steps: [Step]

    /// Traps on a similarity that is not finite: callers give cosines.
    package init(_ trials: [VerificationTrial]) {
        self.init(descending: trials.sorted { $0.similarity > $1.similarity }, weights: nil)
    }

    /// Of trials in descending order of similarity, each counted as often as its weight says; nil for once
    /// each.
    init(descending trials: [VerificationTrial], weights: [Int]?) {
        precondition(trials.allSatisfy { $0.similarity.isFinite }, "a similarity that is not finite")
        var steps: [Step] = []
        var accepted = (genuine: 0, impostors: 0)
        for (index, trial) in trials.enumerated() {
            let weight = weights?[index] ?? 1
            if weight == 0 { continue }
            if trial.same { accepted.genuine += weight } else { accepted.impostors += weight }
            if steps.last?.similarity == trial.similarity { steps.removeLast() }
            steps.append(
                Step(similarity: trial.similarity, genuine: accepted.genuine, impostors: accepted.impostors))
        }
        (genuine, impostors, self.steps) = (accepted.genuine, accepted.impostors, steps)
    }

    /// From (0, 0) to (1, 1), one point a distinct similarity. Empty when one of the kinds has no trial.
    package var roc: [ROCPoint] {
        guard genuine > 0, impostors > 0 else { return [] }
        let start = ROCPoint(threshold: .infinity, falseAcceptRate: 0, trueAcceptRate: 0)
        return [start]
            + steps.map { step in
                ROCPoint(
                    threshold: step.similarity, falseAcceptRate: Double(step.impostors) / Double(impostors),
                    trueAcceptRate: Double(step.genuine) / Double(genuine))
            }
    }

    /// The threshold that decides most pairs rightly, the strictest of equally good ones; half-way between
    /// the similarities that it parts. Nil without trials.
    package var best: ThresholdAccuracy? {
        guard let highest = steps.first else { return nil }
        var best = (right: impostors, threshold: highest.similarity.nextUp)
        // A threshold that accepts faces that were not found is none.
        for (index, step) in steps.enumerated()
        where step.similarity > -1 && step.genuine + impostors - step.impostors > best.right {
            best = (step.genuine + impostors - step.impostors, thresholdBelow(index))
        }
        return ThresholdAccuracy(
            threshold: best.threshold, accuracy: Double(best.right) / Double(genuine + impostors))
    }

    /// The share of pairs decided rightly at `threshold` (accepted when at or above it, those with a face not
    /// found never); nil without trials.
    package func accuracy(at threshold: Float) -> Double? {
        guard !steps.isEmpty else { return nil }
        let accepted = steps.last { $0.similarity >= threshold && $0.similarity > -1 }
        let right = (accepted?.genuine ?? 0) + impostors - (accepted?.impostors ?? 0)
        return Double(right) / Double(genuine + impostors)
    }

    /// A threshold that accepts step `index` and not the next one.
    private func thresholdBelow(_ index: Int) -> Float {
        let accepted = steps[index].similarity
        guard index + 1 < steps.count else { return accepted }
        let middle = (accepted + steps[index + 1].similarity) / 2
        return middle > steps[index + 1].similarity ? middle : accepted
    }
}
