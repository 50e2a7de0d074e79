import Foundation

/// A normal distribution of cosines.
struct NormalScores: Sendable, Equatable {
    var mean: Double
    var deviation: Double

    /// Two strangers before anything is known of the model, and how many observations that is worth: faces of
    /// different people lie about 90 degrees apart, spread as on a sphere of some 70 dimensions.
    static let strangers = NormalScores(mean: 0, deviation: 0.12)
    static let weight = 50.0
    /// Narrower than this no model is; it keeps a handful of alike scores from passing for certainty.
    static let leastDeviation = 0.03

    /// The observations, drawn towards `strangers`. Observations further out than four deviations (people who
    /// are enrolled twice, faces that were swapped) are left out where there are enough to tell.
    init(impostors scores: [Double]) {
        self.init(drawing: scores)
        guard scores.count > 200 else { return }
        for _ in 0..<3 {
            let (low, high) = (mean - 4 * deviation, mean + 4 * deviation)
            self.init(drawing: scores.filter { $0 > low && $0 < high })
        }
    }

    init(mean: Double, deviation: Double) { (self.mean, self.deviation) = (mean, deviation) }

    private init(drawing scores: [Double]) {
        let total = Double(scores.count) + Self.weight
        let mean = (scores.reduce(0, +) + Self.weight * Self.strangers.mean) / total
        let square = scores.reduce(Self.weight * Self.strangers.deviation * Self.strangers.deviation) {
            $0 + ($1 - mean) * ($1 - mean)
        }
        self.init(mean: mean, deviation: max((square / total).squareRoot(), Self.leastDeviation))
    }

    /// The natural logarithm of the density, less half that of 2 pi.
    func logDensity(_ score: Double) -> Double {
        let z = (score - mean) / deviation
        return -0.5 * z * z - log(deviation)
    }
}
