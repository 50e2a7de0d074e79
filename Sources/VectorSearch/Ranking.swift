/// The best matches of a scan, at most `limit` of them, of all faces or one an owner.
///
/// Matches that may still be among the best are gathered; when twice as many are there as are wanted they are
/// cut back, which raises the bar for the next. A match costs O(1) when it is below the bar, and O(log limit)
/// amortised when it is above.
struct Ranking {
    let limit: Int
    let distinctOwners: Bool

    private var best: [Match] = []
    private var bar: Match?

    init(limit: Int, distinctOwners: Bool) {
        (self.limit, self.distinctOwners) = (limit, distinctOwners)
    }

    /// Takes in the rows of a block with their similarities to the probe.
    mutating func add(_ block: EmbeddingBlock, similarities: UnsafePointer<Float>) {
        // A copy of the bar's similarity keeps the loop over the many that fail it short.
        var floor = bar?.similarity ?? -.infinity
        for row in 0..<block.count where similarities[row] >= floor {
            add(Match(key: block.keys[row], owner: block.owners[row], similarity: similarities[row]))
            floor = bar?.similarity ?? -.infinity
        }
    }

    /// Takes in what another thread found.
    mutating func add(_ other: Ranking) { for match in other.best { add(match) } }

    /// The best, best first.
    mutating func finish() -> [Match] {
        cut()
        return best
    }

    private mutating func add(_ match: Match) {
        if let bar, !match.precedes(bar) { return }
        best.append(match)
        if best.count >= 2 * limit + 32 { cut() }
    }

    private mutating func cut() {
        best.sort { $0.precedes($1) }
        if distinctOwners {
            var seen = Set<Int64>(minimumCapacity: limit)
            best = best.filter { seen.insert($0.owner).inserted }
        }
        guard best.count >= limit else { return }
        best.removeSubrange(limit...)
        bar = best.last
    }
}
