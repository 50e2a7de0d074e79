/// Finds the faces that do not belong to the identity they are enrolled for (docs/purification.md).
///
/// Pure: the answer follows from the identities, the parameters and the seed, and neither from the number of threads
/// nor from the order in which identities or faces are given.
package struct Purifier: Sendable {
    private let estimator: any SubCenterEstimator

    package init(estimator: any SubCenterEstimator = SphericalKMeans()) {
        self.estimator = estimator
    }

    /// Judges the identities and says which faces to set aside.
    ///
    /// Blocks the calling thread: not for the cooperative pool.
    /// - Parameters:
    ///   - progress: told values from 0 to 1 that never fall, one call at a time, from any thread.
    ///   - isCancelled: asked every few milliseconds of work, from any thread.
    package func purify(
        _ identities: [EnrolledIdentity], parameters: PurifyParameters = PurifyParameters(),
        progress: @escaping @Sendable (Double) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(PurifyError) -> Purification {
        fatalError("written next")
    }
}
