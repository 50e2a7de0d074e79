/// K-means on the unit sphere: a sample belongs to the center of greatest cosine, a center is the normalised sum
/// of its samples.
package struct SphericalKMeans: SubCenterEstimator {
    /// Seeded k-means++ starts; the one with the greatest sum of cosines wins.
    package var starts = 8
    /// Rounds after which a start is taken as it is; an assignment that no longer changes ends it earlier.
    package var roundLimit = 100

    package init() {}

    package func subCenters(
        of identity: String, samples: VectorSet, count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) -> VectorSet {
        fatalError("written next")
    }
}
