/// What a purification answers: the report to show and the faces to set aside.
package struct Purification: Sendable, Equatable {
    package var report: PurificationReport
    /// In the order of `report.perIdentity`, then of the face ids.
    package let quarantine: [QuarantineDecision]
    /// The threshold that was used, degrees: the one given, or what `.auto` found.
    package let thresholdDegrees: Double
    package let angles: AngleHistogram
}
