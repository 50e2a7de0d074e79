/// How many of each person's trials succeeded, and how sure the share of all is.
///
/// Trials of one person go the same way more often than not: counting them as if they were independent would
/// give an interval that is too narrow. So people are drawn anew, each with all of its trials.
struct SharesOfPeople {
    /// People with trials only.
    private let counts: [(hits: Int, trials: Int)]

    private static let replicates = 1_000
    /// With fewer people on one of the two sides drawing anew says little of how many there might be.
    private static let leastOnEachSide = 5

    init(_ counts: [(hits: Int, trials: Int)]) { self.counts = counts.filter { $0.trials > 0 } }

    /// - Parameter steps: for each person the steps that trials fell on; a hit is one at `step` or over.
    init(steps: [[Int32]], from step: Int) {
        self.init(steps.map { own in (own.count { $0 >= step }, own.count) })
    }

    /// The 95 % interval of the share of hits among all trials. Where nearly nobody was missed, or hit, it is
    /// Wilson's, as if everybody had one trial.
    ///
    /// - Returns: nil with fewer people than `PersonBootstrap.leastPeople`.
    func interval(seed: UInt64) -> ClosedRange<Double>? {
        guard counts.count >= PersonBootstrap.leastPeople else { return nil }
        let hit = counts.count { $0.hits > 0 }
        let missed = counts.count { $0.hits < $0.trials }
        guard min(hit, missed) >= Self.leastOnEachSide else {
            return WilsonInterval.of(share, among: Double(counts.count))
        }
        let shares = replicateShares(seed: seed).sorted()
        return Quantile.of(shares, 0.025)...Quantile.of(shares, 0.975)
    }

    private var share: Double {
        Double(counts.reduce(0) { $0 + $1.hits }) / Double(counts.reduce(0) { $0 + $1.trials })
    }

    private func replicateShares(seed: UInt64) -> [Double] {
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "true matches"))
        return (0..<Self.replicates).map { _ in
            var sum = (hits: 0, trials: 0)
            for _ in counts.indices {
                let drawn = counts[generator.index(below: counts.count)]
                sum.hits += drawn.hits
                sum.trials += drawn.trials
            }
            return Double(sum.hits) / Double(sum.trials)
        }
    }
}
