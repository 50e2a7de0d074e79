/// One threshold of a verification test and what it lets through.
package struct ROCPoint: Sendable, Equatable {
    /// Pairs of at least this similarity are accepted; infinite at the first point, which accepts nothing.
    package let threshold: Float
    /// Impostor pairs accepted, as a share of all impostor pairs.
    package let falseAcceptRate: Double
    /// Genuine pairs accepted, as a share of all genuine pairs.
    package let trueAcceptRate: Double
}
