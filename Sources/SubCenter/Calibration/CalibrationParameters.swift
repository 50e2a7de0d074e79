/// What a calibration may be told, and its rules (docs/calibration.md says why).
package struct CalibrationParameters: Sendable, Equatable {
    /// False match rates to find thresholds for, over 0 and under 1, the highest first.
    package var falseMatchRates = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6]
    /// Same gallery and seed: same result. It matters only where not every photograph takes part.
    package var seed: UInt64 = 0
    /// Faces of an identity with a cosine above this are one photograph, which takes part once.
    package var duplicateCosine = 0.98
    /// Photographs of one identity that take part: pairs grow with the square, and one person with a thousand
    /// photographs would be the gallery.
    package var mostPhotographsEach = 20
    /// Photographs that take part in all. Every pair of this many are 540 million trials.
    package var mostPhotographs = 32_768
    /// False matches that a threshold has to be found from: fewer say little about its rate.
    package var leastFalseMatches = 10
    /// Trials of fewer people tell how those few look, not how strangers do.
    package var leastIdentities = 10

    package init() {}

    /// Impostor trials without which there is no threshold for `rate`.
    package func trialsNeeded(for rate: Double) -> Int {
        TrialCount.needed(for: leastFalseMatches, at: rate)
    }
}
