extension CenterIndex {
    /// For each query in `rows`, the row of the nearest center that does not belong to `own[query]`, and the
    /// cosine; nil where there is none. Of equally near ones the first.
    func nearest(
        to queries: VectorSet, rows: Range<Int>, own: [Int], isCancelled: () -> Bool
    ) throws(PurifyError) -> [(row: Int, cosine: Float)?] {
        var best = [(row: Int, cosine: Float)?](repeating: nil, count: rows.count)
        for columns in blocks {
            if isCancelled() { throw .cancelled }
            let cosines = cosines(queries, rows, columns)
            for query in rows {
                let line = cosines[
                    (query - rows.lowerBound) * columns.count..<(query - rows.lowerBound + 1) * columns.count]
                improve(&best[query - rows.lowerBound], queries, query, line, columns, own: own[query])
            }
        }
        return best
    }

    /// Only what could win by the product is computed exactly.
    private func improve(
        _ best: inout (row: Int, cosine: Float)?, _ queries: VectorSet, _ query: Int,
        _ line: ArraySlice<Float>,
        _ columns: Range<Int>, own: Int
    ) {
        for (row, rough) in zip(columns, line) where owners[row] != own {
            if let best, rough <= best.cosine - Self.slack { continue }
            let exact = queries.dot(query, centers, row)
            if best.map({ exact > $0.cosine }) ?? true { best = (row, exact) }
        }
    }
}
