import Locks

/// Observations counted in fixed buckets.
package final class Histogram: Metric {
    /// Seconds, from a millisecond to ten: what answers of this service take.
    package static let latencyBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    let description: MetricDescription
    let kind = "histogram"
    private let buckets: [Double]
    private let series: SeriesTable<Cell>

    /// Counts of one series. A lock, as count and sum have to agree.
    private final class Cell: Sendable {
        struct Counts {
            /// One for each bucket, not cumulated, and one for what is beyond the last.
            var buckets: [Int]
            var sum = 0.0
        }

        let counts: Locked<Counts>

        init(buckets: Int) { counts = Locked(Counts(buckets: Array(repeating: 0, count: buckets + 1))) }
    }

    init(_ description: MetricDescription, buckets: [Double], limit: Int) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "bucket bounds must ascend")
        precondition(buckets.allSatisfy(\.isFinite), "the infinite bucket is there by itself")
        self.description = description
        self.buckets = buckets
        let count = buckets.count
        series = SeriesTable(labelCount: description.labels.count, limit: limit) { Cell(buckets: count) }
    }

    /// Counts `value` in the series of these label values. Linear in the number of buckets.
    package func observe(_ value: Double, _ labels: String...) {
        let index = buckets.firstIndex { value <= $0 } ?? buckets.count
        series.cell(labels).counts.withLock {
            $0.buckets[index] += 1
            $0.sum += value
        }
    }

    func render(into text: inout MetricText) {
        for (values, cell) in series.sorted() {
            let counts = cell.counts.withLock { $0 }
            var total = 0
            for (bound, count) in zip(buckets + [.infinity], counts.buckets) {
                total += count
                text.sample(
                    description.name + "_bucket", description.labels + ["le"],
                    values + [MetricText.number(bound)], Double(total))
            }
            text.sample(description.name + "_sum", description.labels, values, counts.sum)
            text.sample(description.name + "_count", description.labels, values, Double(total))
        }
    }
}
