import Locks

/// All metrics of the process; renders them in Prometheus' text format 0.0.4.
///
/// Metrics are asked for once and kept: an update then costs a dictionary look-up and an atomic addition.
package final class MetricsRegistry: Sendable {
    /// What the text is served as.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let maximumSeries: Int
    private let metrics = Locked<[String: any Metric]>([:])

    /// `maximumSeries`: label combinations of one metric (default 1000). What comes beyond is counted in
    /// one series whose label values are all `other`, so that a hostile label can't eat memory.
    package init(maximumSeries: Int = 1000) { self.maximumSeries = maximumSeries }

    /// A counter; the same name gives the same counter. Traps when the name is malformed, or taken by
    /// another kind or other labels: metrics are declared by our own code.
    package func counter(_ name: String, help: String, labels: [String] = []) -> Counter {
        register(Counter(MetricDescription(name, help, labels), limit: maximumSeries))
    }

    /// A gauge, under the same rules.
    package func gauge(_ name: String, help: String, labels: [String] = []) -> Gauge {
        register(Gauge(MetricDescription(name, help, labels), limit: maximumSeries))
    }

    /// A histogram, under the same rules. `buckets`: upper bounds, ascending, without infinity.
    package func histogram(
        _ name: String, help: String, labels: [String] = [], buckets: [Double] = Histogram.latencyBuckets
    ) -> Histogram {
        register(Histogram(MetricDescription(name, help, labels), buckets: buckets, limit: maximumSeries))
    }

    /// A gauge whose value is asked for when metrics are read; nil leaves the sample out. `read` must not
    /// block.
    package func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double?) {
        _ = register(CallbackMetric(MetricDescription(name, help, []), kind: "gauge", read: read))
    }

    /// A counter whose value is asked for when metrics are read.
    package func counter(_ name: String, help: String, read: @escaping @Sendable () -> Double?) {
        _ = register(CallbackMetric(MetricDescription(name, help, []), kind: "counter", read: read))
    }

    /// The text, metrics in the order of their names. No lock is held while callbacks run.
    package func render() -> String {
        let all = metrics.withLock { $0.values.sorted { $0.description.name < $1.description.name } }
        var text = MetricText()
        for metric in all {
            text.begin(metric.description, kind: metric.kind)
            metric.render(into: &text)
        }
        return text.output
    }

    private func register<Kind: Metric>(_ metric: Kind) -> Kind {
        let description = metric.description
        return metrics.withLock { metrics in
            guard let known = metrics[description.name] else {
                metrics[description.name] = metric
                return metric
            }
            guard let same = known as? Kind, known.description.labels == description.labels else {
                preconditionFailure("the metric \(description.name) is registered twice, differently")
            }
            return same
        }
    }
}
