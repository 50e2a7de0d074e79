/// One purification's stages, in the order in which `Purifier` calls them.
struct PurifyRun: Sendable {
    let input: PurifyInput
    let parameters: PurifyParameters
    let map: ParallelMap
    let isCancelled: @Sendable () -> Bool

    /// Units for `PurifyProgress`: the rule's, one a face for its neighbours, one an identity for the
    /// duplicates.
    func work(by rule: any PurifyRule) -> Int { (rule.workPerFace + 1) * faceCount + input.identities.count }

    var faceCount: Int { input.identities.reduce(0) { $0 + $1.faces.count } }

    /// The sub-centers, groups and angles of every identity.
    func analyze(
        with estimator: any SubCenterEstimator, _ progress: PurifyProgress
    ) throws(PurifyError) -> [IdentityAnalysis] {
        let analyzer = IdentityAnalyzer(
            estimator: estimator, parameters: parameters, dimension: input.dimension, isCancelled: isCancelled
        )
        return try map(input.identities.count) { index throws(PurifyError) in
            let analysis = try analyzer.analyze(input.identities[index])
            progress.advance(by: 4 * analysis.angles.count)
            return analysis
        }
    }

    /// The threshold, given or found.
    func threshold(_ analyses: [IdentityAnalysis]) throws(PurifyError) -> UsedThreshold {
        switch parameters.threshold {
        case .fixed(let degrees): return UsedThreshold(degrees: degrees, source: .given)
        case .auto:
            return try ThresholdEstimate(
                input.identities, analyses, seed: parameters.seed, isCancelled: isCancelled
            ).threshold
        }
    }

    /// Identities that look like one person, of which at least one is judged.
    func duplicates(_ index: CenterIndex, _ progress: PurifyProgress) throws(PurifyError)
        -> [PossibleDuplicate]
    {
        let blocks = index.blocks
        let found = try map(blocks.count) { block throws(PurifyError) in
            let pairs = try index.closePairs(
                inBlock: block, degrees: parameters.possibleDuplicateDegrees,
                limit: parameters.possibleDuplicateLimit, isCancelled: isCancelled
            ) { isJudged(index.owners[$0]) || isJudged(index.owners[$1]) }
            progress.advance(by: blocks[block].count)
            return pairs
        }
        return CenterIndex.closest(found.flatMap { $0 }, parameters.possibleDuplicateLimit).map { pair in
            PossibleDuplicate(
                identities: [name(index.owners[pair.first]), name(index.owners[pair.second])],
                angleDegrees: pair.degrees)
        }
    }

    private func isJudged(_ identity: Int) -> Bool { input.identities[identity].isJudged }

    private func name(_ identity: Int) -> String { input.identities[identity].name }
}
