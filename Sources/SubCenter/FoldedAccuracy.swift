/// What the k-fold protocol found: each fold judged by the threshold that was best on all the others.
package struct FoldedAccuracy: Sendable, Equatable {
    /// One entry a fold: the threshold from the other folds and the accuracy on this one.
    package let folds: [ThresholdAccuracy]
    /// Mean of the folds' accuracies.
    package let mean: Double
    /// Deviation of the folds' accuracies, divided by their number (as `numpy.std` has it).
    package let deviation: Double
}
