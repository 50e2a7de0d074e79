extension EvidenceState {
    /// Counts close votes again, with what the gallery's scores have told since: photographs outside of the
    /// two largest clusters join the one that they are likelier to be of, and the second joins the first
    /// where it is likelier the same person than a stranger. A photograph lies nearer to the direction of
    /// many than to most of them, so this is a surer question than that by which clusters grow; what it saves
    /// is the person whose photographs in profile stay apart, against an intruder whose photographs are all
    /// alike.
    ///
    /// - Returns: whether there were any.
    mutating func recount(_ run: PurifyRun, _ model: ScoreModel) throws(PurifyError) -> Bool {
        let state = self
        let close = sampleOfFace.indices.filter { state.isClose($0) }
        let votes = try run.map(close.count) { index throws(PurifyError) in
            if run.isCancelled() { throw .cancelled }
            return state.recounted(close[index], run, model)
        }
        for (identity, vote) in zip(close, votes) { setVote(vote, of: identity) }
        return !close.isEmpty
    }

    /// Whether the second cluster is one, and at least half as large as the first.
    private func isClose(_ identity: Int) -> Bool {
        let votes = clusters[identity].votes
        return sampleOfFace[identity].count >= IdentityAnalysis.smallestSet && votes.count > 1 && votes[1] > 1
            && 2 * votes[1] >= votes[0]
    }

    private func recounted(_ identity: Int, _ run: PurifyRun, _ model: ScoreModel) -> AverageLinkage {
        let (samples, vote) = (samples(of: identity, run), clusters[identity])
        let rivals = (0..<2).map { rival in
            samples.direction(ofSum: vote.groupOfSample.indices.filter { vote.groupOfSample[$0] == rival })
        }
        func evidence(_ sample: Int, for rival: Int) -> Double {
            guard let center = rivals[rival] else { return -ScoreModel.mostEvidence }
            let cosine = samples.withVector(sample) { a in
                center.withUnsafeBufferPointer { Sphere.dot(a, $0) }
            }
            return model.evidence(Double(cosine), photographs: vote.votes[rival])
        }
        let second = vote.groupOfSample.indices.filter { vote.groupOfSample[$0] == 1 }
        let isOnePerson = second.reduce(0) { $0 + evidence($1, for: 0) } > 0
        return AverageLinkage(
            ranking: vote.groupOfSample.enumerated().map { sample, group in
                guard group > 0 else { return 0 }
                guard group > 1 else { return isOnePerson ? 0 : 1 }
                let (first, second) = (evidence(sample, for: 0), evidence(sample, for: 1))
                guard max(first, second) > 0 else { return group }
                return first >= second || isOnePerson ? 0 : 1
            })
    }
}
