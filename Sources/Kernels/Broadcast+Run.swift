extension Broadcast {
    /// Elements a thread should have at least, for a run to be worth sharing out.
    static let grain = 8_192

    /// Calls `combine` for each element of the output; on the pool where there are many.
    @inline(__always)
    func run<Element, Result>(
        _ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, _ output: UnsafeMutablePointer<Result>,
        pool: WorkerPool?, _ combine: (Element, Element) -> Result
    ) {
        guard count > 0 else { return }
        let inner = inner
        let rows = count / inner.extent
        func runRows(_ range: Range<Int>, _ part: Range<Int>) {
            for row in range {
                let offset = offsets(ofRow: row)
                Broadcast.runRow(
                    a + offset.a + part.lowerBound * inner.strideA, inner.strideA,
                    b + offset.b + part.lowerBound * inner.strideB, inner.strideB,
                    output + row * inner.extent + part.lowerBound, part.count, combine)
            }
        }
        guard let pool, pool.threads > 1, count >= 2 * Broadcast.grain else {
            return runRows(0..<rows, 0..<inner.extent)
        }
        if rows >= pool.threads {
            pool.runRanges(rows, grain: max(1, Broadcast.grain / inner.extent)) {
                runRows($0, 0..<inner.extent)
            }
        } else {
            pool.runRanges(inner.extent, grain: Broadcast.grain) { runRows(0..<rows, $0) }
        }
    }

    /// Elements that are put aside before they are written over an operand.
    private static let room = 1_024

    /// One run of the innermost loop. Where it writes over an operand, it does so piece by piece from a place
    /// of its own: loops over memory that overlaps are not vectorised.
    @inline(__always)
    private static func runRow<Element, Result>(
        _ a: UnsafePointer<Element>, _ strideA: Int, _ b: UnsafePointer<Element>, _ strideB: Int,
        _ output: UnsafeMutablePointer<Result>, _ count: Int, _ combine: (Element, Element) -> Result
    ) {
        // An operand in the output's place is as large as it (`PlannedStep.inPlace`), so that no later part
        // reads what was written.
        let place = UnsafeRawPointer(output)
        guard count > 1, place == UnsafeRawPointer(a) || place == UnsafeRawPointer(b) else {
            return runApart(a, strideA, b, strideB, output, count, combine)
        }
        withUnsafeTemporaryAllocation(of: Result.self, capacity: min(count, room)) { buffer in
            guard let results = buffer.baseAddress else { return }
            for start in stride(from: 0, to: count, by: room) {
                let part = min(room, count - start)
                runApart(
                    a + start &* strideA, strideA, b + start &* strideB, strideB, results, part, combine)
                (output + start).update(from: results, count: part)
            }
        }
    }

    /// The three usual pairs of strides are loops that the compiler vectorises.
    @inline(__always)
    private static func runApart<Element, Result>(
        _ a: UnsafePointer<Element>, _ strideA: Int, _ b: UnsafePointer<Element>, _ strideB: Int,
        _ output: UnsafeMutablePointer<Result>, _ count: Int, _ combine: (Element, Element) -> Result
    ) {
        if strideA == 1, strideB == 1 {
            for index in 0..<count { output[index] = combine(a[index], b[index]) }
        } else if strideA == 1, strideB == 0 {
            let b = b[0]
            for index in 0..<count { output[index] = combine(a[index], b) }
        } else if strideA == 0, strideB == 1 {
            let a = a[0]
            for index in 0..<count { output[index] = combine(a, b[index]) }
        } else {
            for index in 0..<count { output[index] = combine(a[index * strideA], b[index * strideB]) }
        }
    }
}
