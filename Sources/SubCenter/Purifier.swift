package import Kernels

/// Finds the faces that do not belong to the identity they are enrolled for (docs/purification.md).
///
/// Pure: the answer follows from the identities, the parameters and the seed, and neither from the number of
/// threads nor from the order in which identities or faces are given.
package struct Purifier: Sendable {
    private let map: ParallelMap

    /// - Parameter pool: works on several identities at once; nil works on the caller's thread.
    package init(pool: WorkerPool? = nil) {
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
        let run = PurifyRun(
            input: input, parameters: parameters.effective, map: map, isCancelled: isCancelled)
        let rule = Self.rule(for: parameters.method)
        let progress = PurifyProgress(total: run.work(by: rule), tell: progress)
        progress.advance(by: 0)
        let judgement = try rule.judge(run, progress)
        let index = CenterIndex(judgement.analyses, dimension: input.dimension)
        let decisions = try run.decide(judgement, index, progress)
        let duplicates = try run.duplicates(index, progress)
        if isCancelled() { throw .cancelled }
        progress.finish()
        return Purification(
            report: run.report(judgement.analyses, decisions, duplicates),
            quarantine: decisions.flatMap { $0 }, threshold: judgement.threshold,
            angles: run.angles(judgement.analyses, decisions))
    }

    private static func rule(for method: PurifyMethod) -> any PurifyRule {
        switch method {
        case .paper, .kmeans: AngleRule(source: .each(SphericalKMeans()))
        case .trained: AngleRule(source: .trained(SubCenterTraining()))
        case .evidence: EvidenceRule()
        }
    }
}
