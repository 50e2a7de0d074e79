/// What a gallery's own photographs say about thresholds.
package struct Calibration: Sendable {
    /// Identities and photographs that took part, and the faces of the gallery, from which those were drawn.
    package let identities: Int
    package let photographs: Int
    package let faces: Int
    package let genuine: ScoreHistogram
    package let impostors: ScoreHistogram
    /// One a false match rate, as they were asked for.
    package let points: [CalibrationPoint]
    /// Identities that look like one person: what they score against each other counts as false matches, so
    /// they are to be looked at before a low rate is believed. The closest first.
    package let possibleDuplicates: [PossibleDuplicate]

    /// What was found for a rate that was asked for.
    package func point(at rate: Double) -> CalibrationPoint? { points.first { $0.falseMatchRate == rate } }
}
