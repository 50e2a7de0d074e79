import Foundation

/// How alike a person's faces are, found among scores of which some are strangers'.
///
/// A t distribution: most photographs agree well, and some of the right person lie far out (profile, dark,
/// half covered). `freedom` infinite makes it normal.
struct GenuineScores: Sendable, Equatable {
    private(set) var mean: Double
    private(set) var deviation: Double
    let freedom: Double
    /// The share of scores that are strangers', 0.005...0.6.
    private(set) var noise = 0.2

    /// What is believed before anything is seen is worth this many observations.
    static let weight = 20.0
    private static let rounds = 30

    /// Expectation and maximisation: each score is a stranger's by the densities and the share so far; the
    /// rest make the next mean, deviation and share. The strangers' distribution is known and stays.
    init(
        among scores: [Double], impostors: NormalScores, startingAt start: NormalScores, freedom: Double
    ) {
        (mean, deviation, self.freedom) = (start.mean, start.deviation, freedom)
        let impostor = scores.map { impostors.logDensity($0) }
        for _ in 0..<Self.rounds {
            var count = Self.weight
            var weights = Self.weight
            var sum = Self.weight * start.mean
            let shares = scores.indices.map { genuineShare(scores[$0], impostor: impostor[$0]) }
            let pulls = scores.indices.map { shares[$0] * pull(scores[$0]) }
            for index in scores.indices {
                count += shares[index]
                weights += pulls[index]
                sum += pulls[index] * scores[index]
            }
            let center = sum / weights
            var square = Self.weight * start.deviation * start.deviation
            for index in scores.indices {
                square += pulls[index] * (scores[index] - center) * (scores[index] - center)
            }
            mean = center
            deviation = max((square / count).squareRoot(), NormalScores.leastDeviation)
            let strangers = Double(scores.count) + Self.weight - count
            noise = min(0.6, max(0.005, (strangers + 2) / (Double(scores.count) + 10)))
        }
    }

    /// The natural logarithm of the density, less half that of 2 pi; over the mean it stays what it is there,
    /// less one, so that a face is not doubted for being too like its person.
    func logDensity(_ score: Double) -> Double {
        score > mean ? max(rawLogDensity(score), rawLogDensity(mean) - 1) : rawLogDensity(score)
    }

    private func rawLogDensity(_ score: Double) -> Double {
        let z = (score - mean) / deviation
        guard freedom.isFinite else { return -0.5 * z * z - log(deviation) }
        let constant = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom / 2)
        return constant - (freedom + 1) / 2 * log1p(z * z / freedom) - log(deviation)
    }

    private func genuineShare(_ score: Double, impostor: Double) -> Double {
        let odds = impostor + log(noise) - rawLogDensity(score) - log(1 - noise)
        return 1 / (1 + exp(min(60, max(-60, odds))))
    }

    /// How much a score counts for the mean: one far out counts less under heavy tails.
    private func pull(_ score: Double) -> Double {
        guard freedom.isFinite else { return 1 }
        let z = (score - mean) / deviation
        return (freedom + 1) / (freedom + z * z)
    }
}
