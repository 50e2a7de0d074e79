/// A metric whose value lives elsewhere.
final class CallbackMetric: Metric {
    let description: MetricDescription
    let kind: String
    private let read: @Sendable () -> Double?

    init(_ description: MetricDescription, kind: String, read: @escaping @Sendable () -> Double?) {
        self.description = description
        self.kind = kind
        self.read = read
    }

    func render(into text: inout MetricText) {
        if let value = read() { text.sample(description.name, [], [], value) }
    }
}
