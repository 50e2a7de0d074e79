/// What a calibration found for one false match rate.
package struct CalibrationPoint: Sendable, Equatable {
    /// A threshold and what it does to the gallery's own photographs.
    package struct Threshold: Sendable, Equatable {
        /// A cosine; pairs at it or over it match. The lowest one that keeps to the rate.
        package let similarity: Float
        /// Impostor trials that match.
        package let falseMatches: Int
        /// The share of genuine trials that match; nil without such trials.
        package let trueMatchRate: Double?
        /// A 95 % interval for it, by people (`SharesOfPeople`); nil with too few of them.
        package let trueMatchInterval: ClosedRange<Double>?
        /// Both of searches among the photographs that took part, as many as a search of a larger gallery
        /// meets or fewer: the share of photographs that would be named as somebody else if their own
        /// identity were not enrolled.
        package let falsePositiveIdentificationRate: Double
        /// The share of photographs with others of their identity that would not be named as it; nil without
        /// any.
        package let falseNegativeIdentificationRate: Double?
    }

    package enum Outcome: Sendable, Equatable {
        case threshold(Threshold)
        /// There are fewer impostor trials than the rate asks for.
        case insufficientTrials(needed: Int)
        /// The trials are of fewer people than say anything about strangers.
        case insufficientIdentities(needed: Int)
        /// More impostor trials than the rate allows are as good as identical: the same photographs are
        /// enrolled under different names.
        case unreachable
    }

    package let falseMatchRate: Double
    /// Impostor trials in all.
    package let trials: Int
    package let outcome: Outcome
}
