package import Kernels

/// Finds the faces that do not belong to the identity they are enrolled for (docs/purification.md).
///
/// Pure: the answer follows from the identities, the parameters and the seed, and neither from the number of threads
/// nor from the order in which identities or faces are given.
package struct Purifier: Sendable {
    private let estimator: any SubCenterEstimator
    private let map: ParallelMap

    /// - Parameter pool: works on several identities at once; nil works on the caller's thread.
    package init(estimator: any SubCenterEstimator = SphericalKMeans(), pool: WorkerPool? = nil) {
        self.estimator = estimator
        map = ParallelMap(pool: pool)
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
        try parameters.validate()
        let input = try PurifyInput(identities, judged: parameters.identities, isCancelled: isCancelled)
        let run = PurifyRun(input: input, parameters: parameters, map: map, isCancelled: isCancelled)
        let progress = PurifyProgress(total: run.work, tell: progress)
        progress.advance(by: 0)
        let analyses = try run.analyze(with: estimator, progress)
        let index = CenterIndex(analyses, dimension: input.dimension)
        let threshold = try run.threshold(analyses)
        let decisions = try run.decide(analyses, index, threshold: threshold, progress)
        let duplicates = try run.duplicates(index, progress)
        if isCancelled() { throw .cancelled }
        progress.finish()
        return Purification(
            report: run.report(analyses, decisions, duplicates), quarantine: decisions.flatMap { $0 },
            thresholdDegrees: threshold)
    }
}
