/// Clusters on the unit sphere: the two with the greatest mean cosine between their members join, until no
/// two reach a limit.
///
/// By nearest-neighbour chains: O(samples^2 * dimension) time, and samples^2 numbers of memory up to
/// `largest`. Joining never brings a cluster nearer to a third than the nearer of its parts was, so one whose
/// nearest is below the limit can be put away, and the order of joining does not matter.
struct AverageLinkage: Sendable {
    /// Samples compared with one another; of a larger set that many, evenly, and the rest join what they
    /// found.
    static let largest = 2_048

    /// For each sample its cluster, numbered by size, largest first, of equal ones that with the first
    /// sample.
    let groupOfSample: [Int]
    /// Samples in each cluster.
    let votes: [Int]

    init(_ samples: VectorSet, limit: Float, isCancelled: () -> Bool) throws(PurifyError) {
        let chosen = Self.chosen(of: samples.count)
        var chain = try LinkageChain(samples, chosen, limit: limit, isCancelled: isCancelled)
        try chain.run(isCancelled: isCancelled)
        var roots = Array(0..<samples.count)
        for (index, sample) in chosen.enumerated() { roots[sample] = chosen[chain.root(of: index)] }
        if chosen.count < samples.count {
            try Self.joinRest(samples, chosen, &roots, limit: limit, isCancelled: isCancelled)
        }
        self.init(ranking: roots)
    }

    /// The clusters that a numbering of the samples, below their count, makes.
    init(ranking numbers: [Int]) {
        let sizes = numbers.reduce(into: [Int](repeating: 0, count: numbers.count)) { $0[$1] += 1 }
        let ranked = sizes.indices.filter { sizes[$0] > 0 }.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        var rank = [Int](repeating: 0, count: numbers.count)
        for (position, number) in ranked.enumerated() { rank[number] = position }
        groupOfSample = numbers.map { rank[$0] }
        votes = ranked.map { sizes[$0] }
    }

    /// Whether the second cluster has at least `ratio` of the largest one's votes; nil for never.
    func isUndecided(ratio: Double?) -> Bool {
        guard let ratio, votes.count > 1 else { return false }
        return Double(votes[1]) >= ratio * Double(votes[0])
    }

    private static func chosen(of count: Int) -> [Int] {
        count <= largest ? Array(0..<count) : (0..<largest).map { $0 * count / largest }
    }

    /// Each sample that was not chosen joins the cluster of greatest mean cosine, or stays alone below the
    /// limit.
    private static func joinRest(
        _ samples: VectorSet, _ chosen: [Int], _ roots: inout [Int], limit: Float, isCancelled: () -> Bool
    ) throws(PurifyError) {
        let members = Dictionary(grouping: chosen) { roots[$0] }.sorted { $0.key < $1.key }
        let means = members.map { _, members in
            var sum = [Float](repeating: 0, count: samples.dimension)
            for member in members { samples.withVector(member) { Sphere.add($0, to: &sum) } }
            return sum.map { $0 / Float(members.count) }
        }
        let isChosen = Set(chosen)
        for sample in 0..<samples.count where !isChosen.contains(sample) {
            if isCancelled() { throw .cancelled }
            let cosines = means.map { mean in
                samples.withVector(sample) { a in mean.withUnsafeBufferPointer { Sphere.dot(a, $0) } }
            }
            if let best = cosines.indices.max(by: { cosines[$0] < cosines[$1] }), cosines[best] >= limit {
                roots[sample] = members[best].key
            }
        }
    }
}
