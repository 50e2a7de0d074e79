/// Purification by likelihood (docs/purification.md): clusters of photographs vote for who an identity is;
/// then every face is weighed, against a center it had no part in, under "this person", "somebody enrolled"
/// and "a stranger", with the distributions that the gallery's own scores have.
///
/// Knows no angle that was fitted to a model. Vectors are read where they are: what is kept between the
/// stages is a number a face and a center an identity.
struct EvidenceRule: PurifyRule {
    /// A face goes when the probability that it belongs to its identity is under this. Under a half, since a
    /// good photograph lost costs the owner more than a doubtful one kept.
    var leastBelief = 0.4
    /// Degrees of freedom of the genuine scores' distribution.
    var freedom = 4.0
    /// Turns of weighing the faces, and moving the centers to those that belong.
    var turns = 3

    let workPerFace = 5

    func judge(_ run: PurifyRun, _ progress: PurifyProgress) throws(PurifyError) -> Judgement {
        var state = try clusters(run, progress)
        var scores = try state.scores(run)
        var model = try self.model(run, state, scores)
        if try state.recount(run, model) {
            scores = try state.scores(run)
            model = try self.model(run, state, scores)
        }
        for _ in 1..<max(1, turns) {
            state.keep(scores.map { $0.map { belief($0, model, other: nil, others: 0) >= leastBelief } })
            scores = try state.scores(run)
            model = try self.model(run, state, scores)
            progress.advance(by: run.faceCount)
        }
        var belongs = scores.map { $0.map { belief($0, model, other: nil, others: 0) >= leastBelief } }
        try findSwaps(run, state, scores, model, &belongs)
        progress.advance(by: run.faceCount)
        state.keep(belongs)
        return Judgement(
            analyses: try state.analyses(run), outliers: state.outliers,
            threshold: model.threshold(belief: leastBelief))
    }

    private func belief(_ score: SampleScore, _ model: ScoreModel, other: Double?, others: Int) -> Double {
        // A photograph that is alone in its group has nothing to be held against.
        guard score.photographs > 0 else { return 1 }
        return model.belief(
            own: model.evidence(score.cosine, photographs: score.photographs), other: other, others: others)
    }

    /// The votes, by clusters whose limit lies half-way between strangers' and one person's cosines.
    private func clusters(_ run: PurifyRun, _ progress: PurifyProgress) throws(PurifyError) -> EvidenceState {
        let distinct = try run.map(run.input.identities.count) { index throws(PurifyError) in
            let faces = run.input.identities[index].faces
            let distinct = try DistinctFaces(
                faces, dimension: max(run.input.dimension, 1),
                duplicateCosine: run.parameters.duplicateCosine, isCancelled: run.isCancelled)
            progress.advance(by: faces.count)
            return distinct.sampleOfFace
        }
        let pairs = try PairScores(
            run.input, distinct, seed: run.parameters.seed, isCancelled: run.isCancelled)
        let impostors = NormalScores(impostors: pairs.different)
        let genuine = GenuineScores(
            among: pairs.within, impostors: impostors,
            startingAt: NormalScores(mean: 0.6, deviation: 0.15), freedom: .infinity)
        let limit = Float((impostors.mean + genuine.mean) / 2)
        let clusters = try run.map(distinct.count) { index throws(PurifyError) in
            let faces = run.input.identities[index].faces
            let samples = DistinctFaces.samples(of: faces, distinct[index], dimension: run.input.dimension)
            let clusters = try AverageLinkage(samples, limit: limit, isCancelled: run.isCancelled)
            progress.advance(by: faces.count)
            return clusters
        }
        return EvidenceState(
            sampleOfFace: distinct, clusters: clusters, ambiguityRatio: run.parameters.ambiguityRatio,
            likeness: genuine.mean)
    }

    /// The distributions of cosines to centers, as the faces belong now.
    private func model(
        _ run: PurifyRun, _ state: EvidenceState, _ scores: [[SampleScore]]
    ) throws(PurifyError) -> ScoreModel {
        let strangers = try state.impostorCosines(run, draws: 100, mostIdentities: 2_000)
        let impostors = NormalScores(impostors: strangers)
        let provisional = ScoreModel(
            impostors: impostors,
            genuine: GenuineScores(
                among: [], impostors: impostors, startingAt: Self.start(state.likeness), freedom: freedom),
            likeness: state.likeness)
        let own = state.decided.flatMap { identity in
            scores[identity].filter { $0.photographs > 0 }.map {
                $0.cosine * provisional.stretch(photographs: $0.photographs)
            }
        }
        let genuine = GenuineScores(
            among: own, impostors: impostors, startingAt: Self.start(state.likeness), freedom: freedom)
        return ScoreModel(
            impostors: impostors, genuine: genuine, likeness: state.likeness,
            observed: (own.count, strangers.count))
    }

    /// A face's cosine to the direction of its person is the root of that between two faces.
    private static func start(_ likeness: Double) -> NormalScores {
        NormalScores(mean: max(0.05, likeness).squareRoot(), deviation: 0.1)
    }

    /// Doubts the faces that another identity has better evidence for. Only those that could be doubted at
    /// all are compared with the whole gallery.
    private func findSwaps(
        _ run: PurifyRun, _ state: EvidenceState, _ scores: [[SampleScore]], _ model: ScoreModel,
        _ belongs: inout [[Bool]]
    ) throws(PurifyError) {
        let index = CenterIndex(centers: state.centers, dimension: run.input.dimension)
        let others = index.centers.count - 1
        guard others > 0 else { return }
        let certain = model.certainty(least: leastBelief, others: others)
        let doubtful = state.decided.flatMap { identity in
            scores[identity].indices.filter { sample in
                let score = scores[identity][sample]
                return belongs[identity][sample] && score.photographs > 0
                    && model.evidence(score.cosine, photographs: score.photographs) < certain
            }.map { (identity: identity, sample: $0) }
        }
        let blocks = CenterIndex.blocks(of: doubtful.count)
        let found = try run.map(blocks.count) { block throws(PurifyError) in
            try evidenceElsewhere(Array(doubtful[blocks[block]]), run, state, index, model)
        }
        for (face, other) in zip(doubtful, found.flatMap { $0 }) {
            let score = scores[face.identity][face.sample]
            belongs[face.identity][face.sample] =
                belief(score, model, other: other, others: others) >= leastBelief
        }
    }

    /// The evidence for the nearest other identity; nil where that looks like the same person enrolled twice.
    private func evidenceElsewhere(
        _ faces: [(identity: Int, sample: Int)], _ run: PurifyRun, _ state: EvidenceState,
        _ index: CenterIndex, _ model: ScoreModel
    ) throws(PurifyError) -> [Double?] {
        var queries = VectorSet(dimension: run.input.dimension, capacity: faces.count)
        for face in faces { queries.append(state.sample(face.sample, of: face.identity, run)) }
        let nearest = try index.nearest(
            to: queries, rows: 0..<faces.count, own: faces.map(\.identity), isCancelled: run.isCancelled)
        let limit = Sphere.cosine(degrees: run.parameters.possibleDuplicateDegrees)
        return zip(faces, nearest).map { face, nearest in
            guard let nearest else { return nil }
            let other = index.owners[nearest.row]
            if Sphere.dot(state.centers[face.identity], state.centers[other]) > limit { return nil }
            return model.evidence(Double(nearest.cosine), photographs: state.memberCount(other))
        }
    }
}
