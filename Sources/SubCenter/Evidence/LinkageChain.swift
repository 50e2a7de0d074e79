/// The nearest-neighbour chains of `AverageLinkage`: clusters by index, and the mean cosine of each two.
struct LinkageChain {
    private let count: Int
    private let limit: Float
    private var cosines: [Float]
    private var sizes: [Float]
    private var isActive: [Bool]
    private var parents: [Int]

    init(_ samples: VectorSet, _ chosen: [Int], limit: Float, isCancelled: () -> Bool) throws(PurifyError) {
        count = chosen.count
        self.limit = limit
        cosines = [Float](repeating: -2, count: count * count)
        sizes = [Float](repeating: 1, count: count)
        isActive = [Bool](repeating: true, count: count)
        parents = Array(0..<count)
        for row in 0..<count {
            if row % 16 == 0 && isCancelled() { throw .cancelled }
            for column in 0..<row {
                let cosine = samples.dot(chosen[row], samples, chosen[column])
                cosines[row * count + column] = cosine
                cosines[column * count + row] = cosine
            }
        }
    }

    /// The lowest sample of the cluster that holds sample `index`.
    func root(of index: Int) -> Int {
        var root = index
        while parents[root] != root { root = parents[root] }
        return root
    }

    /// Joins until no two clusters reach the limit.
    mutating func run(isCancelled: () -> Bool) throws(PurifyError) {
        while let start = isActive.firstIndex(of: true) {
            var chain = [start]
            while let top = chain.last {
                if isCancelled() { throw .cancelled }
                let previous = chain.count > 1 ? chain[chain.count - 2] : nil
                guard let next = nearest(to: top, preferring: previous) else {
                    // Nothing is near enough to the chain's first, and nothing ever will be.
                    isActive[top] = false
                    chain.removeLast()
                    continue
                }
                if next == previous {
                    chain.removeLast(2)
                    join(min(top, next), max(top, next))
                } else {
                    chain.append(next)
                }
            }
        }
    }

    /// The active cluster nearest to `cluster`, at the limit or over it; of equally near ones `previous`,
    /// without which a chain could turn in circles, then the first.
    private func nearest(to cluster: Int, preferring previous: Int?) -> Int? {
        var best = (index: previous, cosine: previous.map { cosines[cluster * count + $0] } ?? limit.nextDown)
        for other in 0..<count where isActive[other] && other != cluster {
            let cosine = cosines[cluster * count + other]
            if cosine > best.cosine { best = (other, cosine) }
        }
        return best.index
    }

    private mutating func join(_ kept: Int, _ gone: Int) {
        parents[gone] = kept
        isActive[gone] = false
        isActive[kept] = true
        let total = sizes[kept] + sizes[gone]
        for other in 0..<count where isActive[other] && other != kept {
            let mean =
                (sizes[kept] * cosines[kept * count + other] + sizes[gone] * cosines[gone * count + other])
                / total
            cosines[kept * count + other] = mean
            cosines[other * count + kept] = mean
        }
        sizes[kept] = total
    }
}
