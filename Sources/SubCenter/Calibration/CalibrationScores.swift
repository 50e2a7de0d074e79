/// The scores of every pair of photographs in a sample.
struct CalibrationScores: Sendable {
    private(set) var genuine = ScoreHistogram()
    private(set) var impostors = ScoreHistogram()
    /// For each photograph the best cosine with another of its own identity, and with one of another
    /// identity; minus infinity where there is none.
    private(set) var bestOwn: [Float]
    private(set) var bestOther: [Float]
    /// For each identity the steps of `genuine` that its trials fell on.
    private(set) var genuineSteps: [[Int32]]

    /// Takes each pair once, in blocks: beside the sample a few MB, whatever its size.
    init(
        _ sample: CalibrationSample, progress: PurifyProgress, isCancelled: () -> Bool
    ) throws(PurifyError) {
        let count = sample.photographs.count
        bestOwn = [Float](repeating: -.infinity, count: count)
        bestOther = bestOwn
        genuineSteps = Array(repeating: [], count: sample.rows.count)
        var owners = [Int](repeating: 0, count: count)
        for (owner, rows) in sample.rows.enumerated() { for row in rows { owners[row] = owner } }
        var ends = [Int](repeating: 0, count: count)
        for rows in sample.rows { for row in rows { ends[row] = rows.upperBound } }
        let blocks = CenterIndex.blocks(of: count)
        var cosines = [Float](repeating: 0, count: CenterIndex.blockSize * CenterIndex.blockSize)
        for (index, rows) in blocks.enumerated() {
            for columns in blocks[index...] {
                if isCancelled() { throw .cancelled }
                sample.photographs.products(rows, with: sample.photographs, columns, into: &cosines)
                add(cosines, rows, columns, ends, owners)
            }
            progress.advance(by: blocks.count - index)
        }
    }

    static func work(photographs: Int) -> Int {
        let blocks = CenterIndex.blocks(of: photographs).count
        return blocks * (blocks + 1) / 2
    }

    /// Of `rows` against `columns` the pairs above the diagonal. Photographs of an identity stand together,
    /// so in each row those of its own end where `ends` says and the others follow.
    private mutating func add(
        _ cosines: [Float], _ rows: Range<Int>, _ columns: Range<Int>, _ ends: [Int], _ owners: [Int]
    ) {
        for row in rows {
            let start = max(columns.lowerBound, row + 1)
            let middle = min(max(ends[row], start), columns.upperBound)
            guard start < columns.upperBound else { continue }
            let line = (row - rows.lowerBound) * columns.count - columns.lowerBound
            Self.add(cosines[line + start..<line + middle], row, from: start, &genuine, &bestOwn)
            genuineSteps[owners[row]] += cosines[line + start..<line + middle].map {
                Int32(ScoreHistogram.step(of: $0))
            }
            Self.add(
                cosines[line + middle..<line + columns.upperBound], row, from: middle, &impostors, &bestOther)
        }
    }

    /// One row's scores of one kind; the first belongs to column `first`. Hundreds of millions come this way.
    private static func add(
        _ scores: ArraySlice<Float>, _ row: Int, from first: Int, _ histogram: inout ScoreHistogram,
        _ best: inout [Float]
    ) {
        var rowBest = best[row]
        scores.withUnsafeBufferPointer { scores in
            best.withUnsafeMutableBufferPointer { best in
                histogram.counts.withUnsafeMutableBufferPointer { counts in
                    for offset in scores.indices {
                        let score = scores[offset]
                        counts[ScoreHistogram.step(of: score)] &+= 1
                        rowBest = max(rowBest, score)
                        best[first &+ offset] = max(best[first &+ offset], score)
                    }
                }
            }
        }
        best[row] = max(best[row], rowBest)
    }
}
