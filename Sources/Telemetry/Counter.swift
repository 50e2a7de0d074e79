/// A value that only grows.
package final class Counter: Metric {
    let description: MetricDescription
    let kind = "counter"
    private let series: SeriesTable<AtomicDouble>

    init(_ description: MetricDescription, limit: Int) {
        self.description = description
        series = SeriesTable(labelCount: description.labels.count, limit: limit) { AtomicDouble() }
    }

    /// Adds `amount`, which must not be negative, to the series of these label values, in the declared order.
    package func increment(by amount: Double = 1, _ labels: String...) {
        precondition(amount >= 0, "a counter only grows")
        series.cell(labels).add(amount)
    }

    func render(into text: inout MetricText) {
        for (values, cell) in series.sorted() {
            text.sample(description.name, description.labels, values, cell.value)
        }
    }
}
