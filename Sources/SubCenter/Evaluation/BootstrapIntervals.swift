/// Confidence intervals of a verification test's figures. Nil where the figure itself has none, or where too
/// few replicates had one.
package struct BootstrapIntervals: Sendable, Equatable {
    package let auc: ClosedRange<Double>?
    package let equalErrorRate: ClosedRange<Double>?
    /// Of the share of pairs decided rightly at the one threshold that was given.
    package let accuracy: ClosedRange<Double>?
    /// One a false accept rate, in the order given.
    package let trueAcceptRates: [ClosedRange<Double>?]
}
