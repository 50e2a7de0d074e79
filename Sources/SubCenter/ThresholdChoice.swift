/// How the angle at which a face is set aside is found.
package enum ThresholdChoice: Sendable, Equatable {
    /// Degrees between a face and the dominant center of its identity.
    case fixed(Double)
    /// From the gallery's own angles, see `ThresholdEstimate`.
    case auto
}
