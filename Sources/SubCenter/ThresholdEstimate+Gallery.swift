extension ThresholdEstimate {
    /// Votes an identity needs for its angles to tell anything: the center of few faces follows each of them.
    static let leastVotes = 5
    static let leastIdentities = 10
    /// Impostor angles drawn for each identity.
    static let drawsPerIdentity = 100
    /// Identities looked at in all, so that the cost does not grow with the gallery.
    static let mostIdentities = 2_000

    /// Draws the angles from the clear, well-populated identities of a gallery. Deterministic by seed.
    init(
        _ identities: [PurifyInput.Identity], _ analyses: [IdentityAnalysis], seed: UInt64,
        isCancelled: () -> Bool
    ) throws(PurifyError) {
        let eligible = analyses.indices.filter {
            !analyses[$0].isAmbiguous && analyses[$0].votes.reduce(0, +) >= Self.leastVotes
        }
        guard eligible.count >= Self.leastIdentities else {
            self.init(genuine: [], impostors: [])
            return
        }
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "threshold"))
        let chosen = generator.spread(eligible, most: Self.mostIdentities)
        var impostors: [Double] = []
        for identity in chosen {
            if isCancelled() { throw .cancelled }
            for _ in 0..<Self.drawsPerIdentity {
                let other = chosen[generator.index(below: chosen.count)]
                let face = identities[other].faces[generator.index(below: identities[other].faces.count)]
                guard other != identity else { continue }
                impostors.append(
                    Sphere.degrees(cosine: Sphere.dot(face.embedding, analyses[identity].center)))
            }
        }
        self.init(genuine: chosen.flatMap { analyses[$0].angles }, impostors: impostors)
    }
}
