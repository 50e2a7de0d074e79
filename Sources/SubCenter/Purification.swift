/// What a purification answers: the report to show and the faces to set aside.
package struct Purification: Sendable, Equatable {
    package var report: PurificationReport
    /// In the order of `report.perIdentity`, then of the face ids.
    package let quarantine: [QuarantineDecision]
    package let threshold: UsedThreshold
    package let angles: AngleHistogram

    /// The threshold that was used, degrees.
    package var thresholdDegrees: Double { threshold.degrees }
}
