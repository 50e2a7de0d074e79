/// What the k-fold protocol found: each fold judged by the threshold that was best on all the others.
package struct FoldedAccuracy: Sendable, Equatable {
    /// One entry a fold: the threshold from the other folds and the accuracy on this one.
    package let folds: [ThresholdAccuracy]

    /// Mean of the folds' accuracies.
    package var mean: Double { folds.reduce(0) { $0 + $1.accuracy } / Double(folds.count) }

    /// Standard deviation of the folds' accuracies, over their number (as `numpy.std` has it).
    package var deviation: Double {
        let mean = mean
        let squares = folds.reduce(0) { $0 + ($1.accuracy - mean) * ($1.accuracy - mean) }
        return (squares / Double(folds.count)).squareRoot()
    }
}
