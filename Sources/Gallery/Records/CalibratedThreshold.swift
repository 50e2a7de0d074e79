package import Encodings

/// A gallery's own threshold and the calibration that it comes from.
package struct CalibratedThreshold: Sendable, Equatable {
    /// The least cosine of a match.
    package let similarity: Float
    /// The share of impostor trials that it lets through.
    package let falseMatchRate: Double
    /// Impostor trials that it was found from.
    package let trials: Int
    package let job: JobID
    package let createdAt: Timestamp
}
