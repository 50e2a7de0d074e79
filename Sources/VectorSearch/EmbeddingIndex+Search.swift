import Kernels

extension EmbeddingIndex {
    /// The best face of each owner, of the `top` best owners, best first; of equals the lower key first.
    ///
    /// Throws when the probe is of another dimension or not finite. `top` below 1 finds nobody.
    package func search(probe: [Float], top: Int) throws(VectorSearchError) -> [Match] {
        try check(probe)
        return scan(probe, top, distinctOwners: true)
    }

    /// The `top` best faces, best first; of equals the lower key first.
    ///
    /// Throws when the probe is of another dimension or not finite. `top` below 1 finds nothing.
    package func nearest(probe: [Float], top: Int) throws(VectorSearchError) -> [Match] {
        try check(probe)
        return scan(probe, top, distinctOwners: false)
    }

    /// Every piece of the blocks is ranked by the thread that claims it; the rankings are then made one. The
    /// order among matches is total, so it does not matter which thread saw what.
    private func scan(_ probe: [Float], _ top: Int, distinctOwners: Bool) -> [Match] {
        guard top > 0 else { return [] }
        let padded = InnerProduct.padded(probe, to: stride)
        return withBlocks { blocks in
            let limit = min(top, blocks.reduce(0) { $0 + $1.count })
            let empty = Ranking(limit: limit, distinctOwners: distinctOwners)
            let pieces = min(blocks.count, pool.threads * 4)
            var rankings = [Ranking](repeating: empty, count: pieces)
            rankings.withUnsafeMutableBufferPointer { rankings in
                pool.run(pieces) { piece in
                    let part = blocks[blocks.count * piece / pieces..<blocks.count * (piece + 1) / pieces]
                    rankings[piece] = rank(part, padded, empty)
                }
            }
            var total = empty
            for ranking in rankings { total.add(ranking) }
            return total.finish()
        }
    }

    private func rank(_ blocks: ArraySlice<EmbeddingBlock>, _ probe: AlignedBuffer, _ empty: Ranking)
        -> Ranking
    {
        var ranking = empty
        withUnsafeTemporaryAllocation(of: Float.self, capacity: EmbeddingStore.blockRows) { similarities in
            let output = similarities.baseAddress!
            for block in blocks {
                table.dotRows(
                    block.row(0), stride: stride, count: block.count, probe: UnsafePointer(probe.floats),
                    output: output)
                ranking.add(block, similarities: output)
            }
        }
        return ranking
    }
}
