import SubCenter

extension EvaluationReport {
    /// The report in lines for a person.
    var text: String {
        let heading =
            "\(images) images, \(facesNotFound) faces not found, \(imagesPerSecond.fixed(1)) images/s"
        return ([heading] + (verification.map(\.lines) ?? []) + (openSet.map(\.lines) ?? []))
            .joined(separator: "\n")
    }
}

extension Evaluation {
    fileprivate var lines: [String] {
        let deviation = accuracyDeviation.map { " +- \(($0 * 100).fixed(2))" } ?? ""
        let protocolName = folds > 0 ? "\(folds) folds" : "best threshold"
        let rates = Self.falseAcceptRates.map { name, rate in
            guard let share = trueAcceptRates[name] ?? nil else {
                let needed = VerificationMetrics.trialsNeeded(forFalseAcceptRate: rate)
                return "TAR at FAR \(name): too few impostor pairs, \(impostor) of \(needed)"
            }
            let threshold = (thresholds[name] ?? nil).map { ", threshold \($0.fixed(4))" } ?? ""
            return
                "TAR at FAR \(name): \(percent(share))\(range(intervals?.trueAcceptRates[name] ?? nil))\(threshold)"
        }
        let lines = [
            "\(pairs) pairs, \(genuine) genuine and \(impostor) impostor",
            "accuracy \(percent(accuracy))\(deviation) (\(protocolName)), best threshold \(threshold.fixed(4))"
                + (intervals?.accuracyAtThreshold == nil
                    ? "" : ": accuracy there\(range(intervals?.accuracyAtThreshold))"),
            "AUC \(auc?.fixed(5) ?? "-")\(range(intervals?.auc, scale: 1, digits: 5)), "
                + "EER \(equalErrorRate.map(percent) ?? "-")\(range(intervals?.equalErrorRate))",
        ]
        return lines + rates + [note]
    }

    private var note: String {
        guard let intervals else {
            return "no confidence intervals: they need \(PersonBootstrap.leastPeople) people"
        }
        return
            "in brackets \((intervals.level * 100).fixed(0)) % intervals, \(intervals.replicates) draws of people"
    }
}

extension OpenSetEvaluation {
    fileprivate var lines: [String] {
        let rates = Self.falsePositiveRates.map { name, rate in
            guard let share = falseNegativeRates[name] ?? nil else {
                let needed = VerificationMetrics.trialsNeeded(forFalseAcceptRate: rate)
                return "FNIR at FPIR \(name): too few strangers, \(strangerProbes) of \(needed)"
            }
            let threshold = (thresholds[name] ?? nil).map { ", threshold \($0.fixed(4))" } ?? ""
            return "FNIR at FPIR \(name): \(percent(share))\(range(intervals[name] ?? nil))\(threshold)"
        }
        return [
            "open set: \(identities) identities with \(faces) faces, \(matedProbes) probes of theirs, "
                + "\(strangerProbes) of strangers, rank 1 \(rankOneRate.map(percent) ?? "-")"
        ] + rates
    }
}

private func percent(_ share: Double) -> String { (share * 100).fixed(2) + " %" }

/// ` [98.10, 99.30]`, in per cent; nothing where there is no interval.
private func range(_ ends: [Double]?, scale: Double = 100, digits: Int = 2) -> String {
    ends.map { " [\(($0[0] * scale).fixed(digits)), \(($0[1] * scale).fixed(digits))]" } ?? ""
}
