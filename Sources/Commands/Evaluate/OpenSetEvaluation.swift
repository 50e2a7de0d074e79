package import SubCenter

/// What `arcface evaluate --open-set` finds out, with the keys of its `--json`.
package struct OpenSetEvaluation: Encodable, Sendable {
    package let identities: Int
    package let faces: Int
    package let matedProbes: Int
    package let strangerProbes: Int
    package let seed: UInt64
    package let rankOneRate: Double?
    /// By the name of the false positive identification rate; nil where there are too few strangers for it.
    package let falseNegativeRates: [String: Double?]
    package let thresholds: [String: Float?]
    /// 95 % intervals of `falseNegativeRates`, by people.
    package let intervals: [String: [Double]?]

    enum CodingKeys: String, CodingKey {
        case identities, faces, seed
        case matedProbes = "mated_probes"
        case strangerProbes = "stranger_probes"
        case rankOneRate = "rank_1"
        case falseNegativeRates = "fnir"
        case thresholds = "threshold"
        case intervals = "fnir_interval"
    }

    /// The false positive identification rates whose false negative one is reported.
    static let falsePositiveRates: [(name: String, rate: Double)] = [
        ("1e-1", 1e-1), ("1e-2", 1e-2), ("1e-3", 1e-3),
    ]

    package init(_ outcome: OpenSetOutcome, bootstrap: PersonBootstrap) {
        let metrics = outcome.metrics
        (identities, faces, seed) = (outcome.identities, outcome.faces, bootstrap.seed)
        (matedProbes, strangerProbes) = (outcome.matedProbes, outcome.strangerProbes)
        rankOneRate = outcome.rankOneRate
        let points = Self.falsePositiveRates.map { ($0.name, metrics.point(atFalseAcceptRate: $0.rate)) }
        falseNegativeRates = Dictionary(
            uniqueKeysWithValues: points.map { ($0.0, $0.1.map { 1 - $0.trueAcceptRate }) })
        thresholds = Dictionary(
            uniqueKeysWithValues: points.map {
                ($0.0, $0.1.flatMap { $0.threshold.isFinite ? $0.threshold : nil })
            })
        let shown = zip(Self.falsePositiveRates, points).filter { $1.1 != nil }.map(\.0)
        let found = outcome.intervals(bootstrap, falsePositiveRates: shown.map(\.rate))
        intervals = Dictionary(
            uniqueKeysWithValues: zip(shown.map(\.name), found?.trueAcceptRates ?? []).map { name, interval in
                (name, interval.map { [1 - $0.upperBound, 1 - $0.lowerBound] })
            })
    }
}
