extension CenterIndex {
    /// Two centers that lie close together, by their rows.
    struct Pair: Sendable {
        let first: Int
        let second: Int
        let degrees: Double

        static func precedes(_ a: Pair, _ b: Pair) -> Bool {
            (a.degrees, a.first, a.second) < (b.degrees, b.first, b.second)
        }
    }

    /// The pairs of a center in block `index` with one after it that are closer than `degrees`, the `limit`
    /// closest, closest first. Memory stays below a few times `limit` pairs and one block's product.
    func closePairs(
        inBlock index: Int, degrees: Double, limit: Int, isCancelled: () -> Bool,
        where isWanted: (_ first: Int, _ second: Int) -> Bool
    ) throws(PurifyError) -> [Pair] {
        let blocks = blocks
        let floor = Sphere.cosine(degrees: degrees) - Self.slack
        var pairs: [Pair] = []
        for columns in blocks[index...] {
            if isCancelled() { throw .cancelled }
            let cosines = cosines(centers, blocks[index], columns)
            for (offset, rough) in cosines.enumerated() where rough >= floor {
                let first = blocks[index].lowerBound + offset / columns.count
                let second = columns.lowerBound + offset % columns.count
                guard first < second, isWanted(first, second) else { continue }
                let angle = Sphere.degrees(cosine: centers.dot(first, centers, second))
                if angle < degrees { pairs.append(Pair(first: first, second: second, degrees: angle)) }
                if pairs.count >= 4 * limit + 1_024 { pairs = Self.closest(pairs, limit) }
            }
        }
        return Self.closest(pairs, limit)
    }

    /// The `limit` closest pairs, closest first.
    static func closest(_ pairs: [Pair], _ limit: Int) -> [Pair] {
        Array(pairs.sorted(by: Pair.precedes).prefix(limit))
    }
}
