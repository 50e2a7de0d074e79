import Foundation

/// What a cosine between a face and a center says, by the gallery's own scores.
struct ScoreModel: Sendable {
    let impostors: NormalScores
    let genuine: GenuineScores
    /// The mean cosine of two photographs of one person, 0.05...1.
    let likeness: Double
    /// The scores that it was found from.
    private let observed: (genuine: Int, impostors: Int)

    /// A ratio over e^30 is no evidence but the tail of a curve.
    static let mostEvidence = 30.0

    init(
        impostors: NormalScores, genuine: GenuineScores, likeness: Double,
        observed: (genuine: Int, impostors: Int) = (0, 0)
    ) {
        (self.impostors, self.genuine, self.observed) = (impostors, genuine, observed)
        self.likeness = min(1, max(0.05, likeness))
    }

    /// A center of few photographs lies off the person's direction, so that every face is a little further
    /// from it: the factor that makes up for it.
    func stretch(photographs: Int) -> Double {
        let count = Double(max(1, photographs))
        return ((likeness + (1 - likeness) / count) / likeness).squareRoot()
    }

    /// The logarithm of how much likelier `cosine`, to a center of `photographs`, is for the person than for
    /// a stranger. It rises with the cosine up to near the person's mean; beyond that, where everything is
    /// certain, it may fall a little.
    func evidence(_ cosine: Double, photographs: Int) -> Double {
        let stretch = stretch(photographs: photographs)
        // Below the strangers' mean nothing gets less likely to be a stranger.
        let score = max(cosine, impostors.mean)
        let ratio = genuine.logDensity(score * stretch) + log(stretch) - impostors.logDensity(score)
        return min(Self.mostEvidence, max(-Self.mostEvidence, ratio))
    }

    /// The probability that a face with `own` evidence belongs where it is, when the best of `others` other
    /// identities has `other` evidence for it; nil when there is none to consider.
    func belief(own: Double, other: Double?, others: Int) -> Double {
        var wrong = log(genuine.noise)
        if let other {
            let swapped = other - log(Double(max(1, others)))
            wrong += log(0.5 + 0.5 * exp(swapped))
        }
        return 1 / (1 + exp(min(50, max(-50, wrong - own - log(1 - genuine.noise)))))
    }

    /// The angle of `degrees`. It is the gallery's own where what was seen there outweighs what is believed
    /// beforehand.
    func threshold(belief least: Double) -> UsedThreshold {
        let isOwn =
            Double(observed.genuine) >= GenuineScores.weight
            && Double(observed.impostors) >= NormalScores.weight
        return UsedThreshold(
            degrees: degrees(belief: least), source: isOwn ? .auto : .default, genuine: observed.genuine,
            impostors: observed.impostors)
    }

    /// The angle to a center of many photographs at which belief falls under `least`, to a tenth of a degree.
    func degrees(belief least: Double) -> Double {
        for step in 1..<1_800 {
            let angle = Double(step) / 10
            let own = evidence(cos(angle * .pi / 180), photographs: .max)
            if belief(own: own, other: nil, others: 0) < least { return angle }
        }
        return 180
    }

    /// The evidence from which no other identity can make a face be doubted.
    func certainty(least: Double, others: Int) -> Double {
        let worst = log(genuine.noise) + log(0.5 + 0.5 * exp(Self.mostEvidence) / Double(max(1, others)))
        return worst - log(1 - genuine.noise) + log(least / (1 - least))
    }
}
