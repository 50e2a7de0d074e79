/// What a benchmark reports of its repeated runs, in milliseconds.
package struct LatencySummary: Encodable, Sendable {
    package let medianMilliseconds: Double
    package let minimumMilliseconds: Double
    package let p90Milliseconds: Double
    package let p99Milliseconds: Double
    package let iterations: Int

    /// Summarises at least one sample.
    package init(milliseconds samples: [Double]) {
        precondition(!samples.isEmpty)
        let sorted = samples.sorted()
        func quantile(_ q: Double) -> Double { sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))] }
        let middle = sorted.count / 2
        medianMilliseconds =
            sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        minimumMilliseconds = sorted[0]
        p90Milliseconds = quantile(0.9)
        p99Milliseconds = quantile(0.99)
        iterations = sorted.count
    }

    enum CodingKeys: String, CodingKey {
        case medianMilliseconds = "median_ms"
        case minimumMilliseconds = "min_ms"
        case p90Milliseconds = "p90_ms"
        case p99Milliseconds = "p99_ms"
        case iterations
    }
}
