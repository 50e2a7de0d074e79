/// Sub-centers taken together into groups: a person seen from two sides is still one person.
struct SubCenterGroups: Sendable {
    /// For each sample, its sub-center.
    let centerOfSample: [Int]
    /// For each sub-center, its group. Groups are numbered by votes, most first.
    let groupOfCenter: [Int]
    /// Samples in each group.
    let votes: [Int]

    /// Sub-centers are one group when closer than `mergeDegrees`, directly or through others. A sub-center
    /// that holds a single photograph is noisier than one that averages many, and is given
    /// `singleMergeDegrees`. With `mergeDegrees` 0 nothing is merged.
    init(samples: VectorSet, centers: VectorSet, mergeDegrees: Double) {
        centerOfSample = (0..<samples.count).map { Self.nearest(to: $0, of: samples, in: centers) }
        let sizes = Self.tally(centerOfSample, count: centers.count)
        let roots = Self.merge(centers, sizes: sizes, mergeDegrees: mergeDegrees)
        let byRoot = Self.tally(centerOfSample.map { roots[$0] }, count: centers.count)
        let ranked = Set(roots).sorted { (-byRoot[$0], $0) < (-byRoot[$1], $1) }
        let rank = Dictionary(uniqueKeysWithValues: zip(ranked, ranked.indices))
        groupOfCenter = roots.map { rank[$0, default: 0] }
        votes = ranked.map { byRoot[$0] }
    }

    /// Two photographs of one person lie further apart than two centers of many: about where verification's
    /// own threshold is (cosine 0.34).
    static let singleMergeDegrees = 70.0

    /// Whether the vote has no clear winner.
    func isAmbiguous(ratio: Double?) -> Bool {
        guard let ratio else { return false }
        return votes.count > 1 && Double(votes[1]) >= ratio * Double(votes[0])
    }

    private static func nearest(to sample: Int, of samples: VectorSet, in centers: VectorSet) -> Int {
        var best = (center: 0, cosine: -Float.infinity)
        for center in 0..<centers.count {
            let value = samples.dot(sample, centers, center)
            if value > best.cosine { best = (center, value) }
        }
        return best.center
    }

    private static func tally(_ indices: [Int], count: Int) -> [Int] {
        indices.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    }

    /// For each sub-center the lowest sub-center of its group.
    private static func merge(_ centers: VectorSet, sizes: [Int], mergeDegrees: Double) -> [Int] {
        var roots = Array(0..<centers.count)
        guard mergeDegrees > 0 else { return roots }
        for a in 0..<centers.count {
            for b in 0..<a where roots[a] != roots[b] {
                let single = min(sizes[a], sizes[b]) <= 1
                let limit = single ? max(mergeDegrees, singleMergeDegrees) : mergeDegrees
                guard Sphere.degrees(cosine: centers.dot(a, centers, b)) < limit else { continue }
                let (kept, gone) = (min(roots[a], roots[b]), max(roots[a], roots[b]))
                roots = roots.map { $0 == gone ? kept : $0 }
            }
        }
        return roots
    }
}
