/// K-means on the unit sphere: a sample belongs to the center of greatest cosine, a center is the normalised
/// sum of its samples.
///
/// Costs O(starts * rounds * samples * centers * dimension); rounds are few on embeddings.
package struct SphericalKMeans: SubCenterEstimator {
    /// Seeded k-means++ starts; the one with the greatest sum of cosines wins.
    package var starts = 8
    /// Rounds after which a start is taken as it is; an assignment that no longer changes ends it earlier.
    package var roundLimit = 100

    package init() {}

    init(starts: Int, roundLimit: Int) { (self.starts, self.roundLimit) = (starts, roundLimit) }

    package func subCenters(
        of identity: String, samples: VectorSet, count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) -> VectorSet {
        precondition(samples.count > 0 && count > 0 && starts > 0, "nothing to cluster")
        var generator = StableGenerator(seed: seed)
        var best = try run(samples, count, &generator, isCancelled)
        for _ in 1..<max(starts, 2) where starts > 1 {
            let next = try run(samples, count, &generator, isCancelled)
            if next.totalCosine > best.totalCosine { best = next }
        }
        return best.occupiedCenters()
    }

    private func run(
        _ samples: VectorSet, _ count: Int, _ generator: inout StableGenerator,
        _ isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) -> KMeansRun {
        var run = try KMeansRun(
            samples: samples, count: count, generator: &generator, isCancelled: isCancelled)
        for _ in 0..<roundLimit {
            guard try run.assign(isCancelled: isCancelled) else { break }
            run.moveCenters()
        }
        return run
    }
}
