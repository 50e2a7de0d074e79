/// Where the sub-centers of an identity come from.
///
/// `SphericalKMeans` finds them in the identity's own faces. An estimator that trains them over a whole
/// gallery does so in its initialiser and looks its rows up here by name.
package protocol SubCenterEstimator: Sendable {
    /// Up to `count` unit sub-centers, at least one, for an identity with the unit vectors `samples` (at
    /// least one, near-duplicates already removed).
    ///
    /// Called from several threads at once. The answer must follow from the arguments alone.
    /// - Throws: `PurifyError.cancelled` soon after `isCancelled` answers true.
    func subCenters(
        of identity: String, samples: VectorSet, count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) -> VectorSet
}
