/// A value that goes up and down.
package final class Gauge: Metric {
    let description: MetricDescription
    let kind = "gauge"
    private let series: SeriesTable<AtomicDouble>

    init(_ description: MetricDescription, limit: Int) {
        self.description = description
        series = SeriesTable(labelCount: description.labels.count, limit: limit) { AtomicDouble() }
    }

    /// Sets the series of these label values.
    package func set(_ value: Double, _ labels: String...) { series.cell(labels).set(value) }

    /// Adds to the series of these label values; negative amounts take away.
    package func add(_ amount: Double, _ labels: String...) { series.cell(labels).add(amount) }

    func render(into text: inout MetricText) {
        for (values, cell) in series.sorted() {
            text.sample(description.name, description.labels, values, cell.value)
        }
    }
}
