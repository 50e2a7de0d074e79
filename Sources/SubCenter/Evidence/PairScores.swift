/// Cosines of pairs of photographs of a gallery, a sample of bounded size.
struct PairScores: Sendable {
    /// Of photographs enrolled for one identity: one person's mostly, strangers' where the gallery is wrong.
    let within: [Double]
    /// Of photographs enrolled for different identities.
    let different: [Double]

    static let mostIdentities = 2_000
    static let pairsPerIdentity = 50

    /// Deterministic by seed.
    init(
        _ input: PurifyInput, _ sampleOfFace: [[Int]], seed: UInt64, isCancelled: () -> Bool
    ) throws(PurifyError) {
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "pairs"))
        let several = sampleOfFace.indices.filter { (sampleOfFace[$0].max() ?? 0) > 0 }
        let chosen = generator.spread(several, most: Self.mostIdentities)
        var within: [Double] = []
        var different: [Double] = []
        for identity in chosen {
            if isCancelled() { throw .cancelled }
            let faces = input.identities[identity].faces
            for (a, b) in Self.pairs(of: sampleOfFace[identity], &generator) {
                within.append(Double(Sphere.dot(faces[a].embedding, faces[b].embedding)))
            }
            for _ in 0..<Self.pairsPerIdentity {
                let other = chosen[generator.index(below: chosen.count)]
                let strangers = input.identities[other].faces
                let face = faces[generator.index(below: faces.count)]
                let stranger = strangers[generator.index(below: strangers.count)]
                guard other != identity else { continue }
                different.append(Double(Sphere.dot(face.embedding, stranger.embedding)))
            }
        }
        (self.within, self.different) = (within, different)
    }

    /// All pairs of different photographs where they are few, else as many drawn.
    private static func pairs(of sampleOfFace: [Int], _ generator: inout StableGenerator) -> [(Int, Int)] {
        var first: [Int] = []
        for (face, sample) in sampleOfFace.enumerated() where sample == first.count { first.append(face) }
        let count = first.count
        if count * (count - 1) / 2 <= pairsPerIdentity {
            return (1..<count).flatMap { a in (0..<a).map { (first[a], first[$0]) } }
        }
        return (0..<pairsPerIdentity).map { _ in
            let a = generator.index(below: count)
            let b = (a + 1 + generator.index(below: count - 1)) % count
            return (first[a], first[b])
        }
    }
}
