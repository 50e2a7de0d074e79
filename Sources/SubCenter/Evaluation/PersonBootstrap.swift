/// Percentile intervals of the bootstrap over people.
///
/// Pairs that share a person are not independent, so it is people that are drawn anew, with replacement, and
/// a trial counts as often as its people were drawn: of one person m times, of two m times n (the subsets
/// bootstrap of Bolle, Ratha and Pankanti, "Error analysis of pattern recognition systems - the subsets
/// bootstrap", 2004, with the product for pairs of people). Drawing pairs instead would give intervals that
/// are too narrow.
package struct PersonBootstrap: Sendable {
    package var replicates = 1_000
    /// The share of replicates that lies within an interval.
    package var level = 0.95
    package var seed: UInt64 = 0

    /// Fewer people than this say nothing about people: no interval.
    package static let leastPeople = 20

    package init() {}

    /// - Parameters:
    ///   - people: for each trial the two people, by any numbers from 0 up; the same one twice for one
    ///     person.
    ///   - threshold: where `accuracy` is taken.
    ///   - falseAcceptRates: those that the trials suffice for.
    package func intervals(
        _ trials: [VerificationTrial], people: [(Int, Int)], threshold: Float, falseAcceptRates: [Double]
    ) -> BootstrapIntervals? {
        precondition(trials.count == people.count, "people for each trial")
        let count = (people.map { max($0.0, $0.1) }.max() ?? -1) + 1
        guard count >= Self.leastPeople else { return nil }
        let order = trials.indices.sorted { trials[$0].similarity > trials[$1].similarity }
        let sorted = order.map { trials[$0] }
        let sortedPeople = order.map { people[$0] }
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "bootstrap"))
        var figures = Figures(rates: falseAcceptRates.count)
        for _ in 0..<replicates {
            let drawn = draw(count, &generator)
            let weights = sortedPeople.map { $0.0 == $0.1 ? drawn[$0.0] : drawn[$0.0] * drawn[$0.1] }
            let metrics = VerificationMetrics(descending: sorted, weights: weights)
            figures.add(metrics, threshold, falseAcceptRates)
        }
        return figures.intervals(level: level, replicates: replicates)
    }

    /// How often each of `count` people comes in as many draws.
    private func draw(_ count: Int, _ generator: inout StableGenerator) -> [Int] {
        var drawn = [Int](repeating: 0, count: count)
        for _ in 0..<count { drawn[generator.index(below: count)] += 1 }
        return drawn
    }
}

/// The figures of all replicates.
private struct Figures {
    private var auc: [Double] = []
    private var equalErrorRate: [Double] = []
    private var accuracy: [Double] = []
    private var trueAcceptRates: [[Double]]

    /// Where more replicates than this have no figure, there is no interval.
    private static let mostMissing = 0.05

    init(rates: Int) { trueAcceptRates = Array(repeating: [], count: rates) }

    mutating func add(_ metrics: VerificationMetrics, _ threshold: Float, _ rates: [Double]) {
        if let value = metrics.auc { auc.append(value) }
        if let value = metrics.equalErrorRate { equalErrorRate.append(value) }
        if let value = metrics.accuracy(at: threshold) { accuracy.append(value) }
        for (index, rate) in rates.enumerated() {
            if let point = metrics.lastPoint(atFalseAcceptRate: rate) {
                trueAcceptRates[index].append(point.trueAcceptRate)
            }
        }
    }

    func intervals(level: Double, replicates: Int) -> BootstrapIntervals {
        func interval(_ values: [Double]) -> ClosedRange<Double>? {
            guard Double(values.count) >= (1 - Self.mostMissing) * Double(max(replicates, 1)) else {
                return nil
            }
            let sorted = values.sorted()
            return Quantile.of(sorted, (1 - level) / 2)...Quantile.of(sorted, (1 + level) / 2)
        }
        return BootstrapIntervals(
            auc: interval(auc), equalErrorRate: interval(equalErrorRate), accuracy: interval(accuracy),
            trueAcceptRates: trueAcceptRates.map(interval))
    }
}
