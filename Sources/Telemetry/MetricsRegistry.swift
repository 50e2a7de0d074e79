/// All metrics of the process; renders them in Prometheus' text format 0.0.4.
package final class MetricsRegistry: Sendable {
    /// `maximumSeries`: label combinations a metric may have (default 1000); what comes after is counted in one series whose
    /// label values are `other`, so a hostile label can't eat memory.
    package init(maximumSeries: Int = 1000) {}

    /// A counter; the same name gives the same counter. Traps when the name is taken by another kind or label set.
    package func counter(_ name: String, help: String, labels: [String] = []) -> Counter { fatalError("...") }
    package func gauge(_ name: String, help: String, labels: [String] = []) -> Gauge { fatalError("...") }
    /// A gauge whose value is asked for when metrics are read.
    package func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) { fatalError("...") }
    /// A counter whose value is asked for when metrics are read.
    package func counter(_ name: String, help: String, read: @escaping @Sendable () -> Double) { fatalError("...") }
    /// `buckets`: upper bounds, ascending, without infinity.
    package func histogram(
        _ name: String, help: String, labels: [String] = [], buckets: [Double] = Histogram.latencyBuckets
    ) -> Histogram { fatalError("...") }

    /// RSS, descriptors, CPU seconds, start time, threads, under Prometheus' usual `process_` names.
    package func registerProcessMetrics() { fatalError("...") }

    /// The text, to be served as `MetricsRegistry.contentType`.
    package func render() -> String { fatalError("...") }
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}

/// A value that only grows.
package final class Counter: Sendable {
    package func increment(by amount: Double = 1, _ labels: String...) { fatalError("...") }
}
/// A value that goes up and down.
package final class Gauge: Sendable {
    package func set(_ value: Double, _ labels: String...) { fatalError("...") }
    package func add(_ amount: Double, _ labels: String...) { fatalError("...") }
}
/// Observations counted in fixed buckets.
package final class Histogram: Sendable {
    package static let latencyBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    package func observe(_ value: Double, _ labels: String...) { fatalError("...") }
}
