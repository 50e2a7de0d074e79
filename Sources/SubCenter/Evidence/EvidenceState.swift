/// How alike a photograph is to the others of its identity.
struct SampleScore: Sendable, Equatable {
    /// To the direction of the sum of the other photographs that belong, itself not among them.
    let cosine: Double
    /// How many those are; 0 where there are none, and then the cosine means nothing.
    let photographs: Int
}

/// Who belongs where between the turns of `EvidenceRule`.
struct EvidenceState: Sendable {
    /// For each identity and face, the photograph it is of (near-duplicates are one).
    let sampleOfFace: [[Int]]
    private(set) var clusters: [AverageLinkage]
    private(set) var isAmbiguous: [Bool]
    /// The mean cosine of two photographs of one person.
    let likeness: Double
    /// For each identity and photograph, whether it belongs.
    private(set) var belongs: [[Bool]]
    /// The direction of what belongs; empty where there are no faces.
    private(set) var centers: [[Float]] = []
    private let ambiguityRatio: Double?

    init(sampleOfFace: [[Int]], clusters: [AverageLinkage], ambiguityRatio: Double?, likeness: Double) {
        (self.sampleOfFace, self.clusters, self.likeness) = (sampleOfFace, clusters, likeness)
        self.ambiguityRatio = ambiguityRatio
        belongs = clusters.map { $0.groupOfSample.map { $0 == 0 } }
        isAmbiguous = zip(clusters, sampleOfFace).map { clusters, faces in
            faces.count >= IdentityAnalysis.smallestSet && clusters.isUndecided(ratio: ambiguityRatio)
        }
        // Of two or one, or where nobody won, all that can be said is where they lie together.
        for (index, faces) in sampleOfFace.enumerated() where faces.count < IdentityAnalysis.smallestSet {
            belongs[index] = belongs[index].map { _ in true }
        }
    }

    /// Identities whose faces may be set aside.
    var decided: [Int] {
        sampleOfFace.indices.filter {
            !isAmbiguous[$0] && sampleOfFace[$0].count >= IdentityAnalysis.smallestSet
        }
    }

    /// Takes over another vote of an identity that has enough faces for one.
    mutating func setVote(_ vote: AverageLinkage, of identity: Int) {
        clusters[identity] = vote
        isAmbiguous[identity] = vote.isUndecided(ratio: ambiguityRatio)
        belongs[identity] = vote.groupOfSample.map { $0 == 0 }
    }

    func memberCount(_ identity: Int) -> Int { belongs[identity].count { $0 } }

    /// Takes over who belongs, but for identities that are not decided or that nothing would be left of.
    mutating func keep(_ belongs: [[Bool]]) {
        for identity in decided where belongs[identity].contains(true) {
            self.belongs[identity] = belongs[identity]
        }
    }

    /// For each identity the faces that do not belong.
    var outliers: [[Int]] {
        var result = [[Int]](repeating: [], count: sampleOfFace.count)
        for identity in decided {
            result[identity] = sampleOfFace[identity].indices.filter {
                !belongs[identity][sampleOfFace[identity][$0]]
            }
        }
        return result
    }

    func samples(of identity: Int, _ run: PurifyRun) -> VectorSet {
        DistinctFaces.samples(
            of: run.input.identities[identity].faces, sampleOfFace[identity], dimension: run.input.dimension)
    }

    func sample(_ sample: Int, of identity: Int, _ run: PurifyRun) -> [Float] {
        let faces = sampleOfFace[identity].indices.filter { sampleOfFace[identity][$0] == sample }
        return DistinctFaces.sample(of: faces.map { run.input.identities[identity].faces[$0] })
    }

    /// Moves the centers to what belongs, and weighs every photograph against the others.
    mutating func scores(_ run: PurifyRun) throws(PurifyError) -> [[SampleScore]] {
        let state = self
        let found = try run.map(sampleOfFace.count) { identity throws(PurifyError) in
            if run.isCancelled() { throw .cancelled }
            return state.scores(of: identity, run)
        }
        centers = found.map(\.center)
        return found.map(\.scores)
    }

    private func scores(of identity: Int, _ run: PurifyRun) -> (center: [Float], scores: [SampleScore]) {
        let samples = samples(of: identity, run)
        guard samples.count > 0 else { return ([], []) }
        let members = belongs[identity].indices.filter { belongs[identity][$0] }
        var sum = [Float](repeating: 0, count: samples.dimension)
        for member in members { samples.withVector(member) { Sphere.add($0, to: &sum) } }
        let scores = (0..<samples.count).map { sample in
            Self.score(samples[sample], sum: sum, isMember: belongs[identity][sample], members.count)
        }
        return (Sphere.normalised(sum) ?? Array(samples[members[0]]), scores)
    }

    private static func score(_ sample: ArraySlice<Float>, sum: [Float], isMember: Bool, _ members: Int)
        -> SampleScore
    {
        let rest = isMember ? zip(sum, sample).map { $0 - $1 } : sum
        let photographs = isMember ? members - 1 : members
        guard photographs > 0, let center = Sphere.normalised(rest) else {
            return SampleScore(cosine: 0, photographs: 0)
        }
        return SampleScore(cosine: Double(Sphere.dot(Array(sample), center)), photographs: photographs)
    }

    /// Cosines of faces to the centers of identities that they are not enrolled for, a sample. Deterministic
    /// by seed.
    func impostorCosines(_ run: PurifyRun, draws: Int, mostIdentities: Int) throws(PurifyError) -> [Double] {
        let decided = decided
        guard decided.count > 1 else { return [] }
        var generator = StableGenerator(seed: StableGenerator.seed(run.parameters.seed, name: "centers"))
        let chosen = generator.spread(decided, most: mostIdentities)
        var cosines: [Double] = []
        for identity in chosen {
            if run.isCancelled() { throw .cancelled }
            for _ in 0..<draws {
                let other = chosen[generator.index(below: chosen.count)]
                let faces = run.input.identities[other].faces
                let face = faces[generator.index(below: faces.count)]
                guard other != identity else { continue }
                cosines.append(Double(Sphere.dot(face.embedding, centers[identity])))
            }
        }
        return cosines
    }

    /// What the report tells: groups as they voted, angles to the final centers.
    func analyses(_ run: PurifyRun) throws(PurifyError) -> [IdentityAnalysis] {
        try run.map(sampleOfFace.count) { identity throws(PurifyError) in
            if run.isCancelled() { throw .cancelled }
            let faces = run.input.identities[identity].faces
            guard !faces.isEmpty else { return .empty }
            return IdentityAnalysis(
                faces, samples: samples(of: identity, run), sampleOfFace: sampleOfFace[identity],
                clusters: clusters[identity], isAmbiguous: isAmbiguous[identity],
                members: belongs[identity].indices.filter { belongs[identity][$0] })
        }
    }
}
