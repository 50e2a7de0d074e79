import SubCenter

extension Evaluation {
    func rocPlot(_ metrics: VerificationMetrics) -> ROCPlot {
        ROCPlot(
            metrics: metrics, title: "Verification",
            marks: Self.falseAcceptRates.compactMap { name, rate in
                ROCPlot.Mark(falseAcceptRate: rate, ends: intervals?.trueAcceptRates[name] ?? nil)
            })
    }

    /// The cosines of the pairs in which both faces were found.
    func histogramPlot(_ trials: [VerificationTrial]) -> HistogramPlot {
        func series(_ name: String, same: Bool) -> HistogramPlot.Series {
            var counts = [Int](repeating: 0, count: Self.bars)
            for trial in trials where trial.same == same && !trial.isFaceMissing {
                let bar = Int((Double(trial.similarity) + 1) / 2 * Double(Self.bars))
                counts[min(max(bar, 0), Self.bars - 1)] += 1
            }
            return .shares(name, counts)
        }
        return HistogramPlot(
            title: "Similarities", subtitle: "\(genuine) genuine, \(impostor) impostor pairs", range: -1...1,
            xLabel: "cosine", yLabel: "share of pairs",
            series: [series("two people", same: false), series("one person", same: true)],
            marks: [.init(value: Double(threshold), name: "best threshold \(threshold.fixed(3))")])
    }

    private static let bars = 80
}

extension OpenSetEvaluation {
    func plot(_ metrics: VerificationMetrics) -> ROCPlot {
        ROCPlot(
            metrics: metrics, title: "Open-set identification",
            subtitle:
                "\(identities) identities enrolled · \(matedProbes) probes of theirs, \(strangerProbes) of strangers",
            xLabel: "false positive identification rate", yLabel: "true positive identification rate",
            marks: Self.falsePositiveRates.compactMap { name, rate in
                ROCPlot.Mark(
                    falseAcceptRate: rate, ends: (intervals[name] ?? nil).map { [1 - $0[1], 1 - $0[0]] })
            })
    }
}

extension ROCPlot.Mark {
    fileprivate init?(falseAcceptRate: Double, ends: [Double]?) {
        guard let ends else { return nil }
        self.init(falseAcceptRate: falseAcceptRate, interval: ends[0]...ends[1])
    }
}
