import Synchronization
import Telemetry
import Testing

@Suite struct MetricsTests {
    @Test func `the text has help, type and samples in order`() {
        let registry = MetricsRegistry()
        let requests = registry.counter(
            "requests_total", help: "All \\ of\nthem.", labels: ["route", "status"])
        requests.increment("/b", "200")
        requests.increment(by: 2.5, "/a", "404")
        registry.gauge("depth", help: "Queue.").set(-3)
        registry.gauge("asked", help: "Asked.") { 7 }
        registry.gauge("unknown", help: "Left out.") { nil }
        #expect(
            registry.render() == """
                # HELP asked Asked.
                # TYPE asked gauge
                asked 7
                # HELP depth Queue.
                # TYPE depth gauge
                depth -3
                # HELP requests_total All \\\\ of\\nthem.
                # TYPE requests_total counter
                requests_total{route="/a",status="404"} 2.5
                requests_total{route="/b",status="200"} 1
                # HELP unknown Left out.
                # TYPE unknown gauge

                """)
    }

    @Test func `label values can't break out of their quotes`() {
        let registry = MetricsRegistry()
        registry.counter("c", help: "", labels: ["l"]).increment("a\"b\\c\nd\r\ne")
        #expect(registry.render().hasSuffix("c{l=\"a\\\"b\\\\c\\nd\r\\ne\"} 1\n"))
    }

    @Test func `histogram buckets are cumulative and inclusive`() {
        let registry = MetricsRegistry()
        let seconds = registry.histogram("s", help: "h", buckets: [0.5, 1])
        for value in [0.25, 0.5, 0.75, 2] { seconds.observe(value) }
        #expect(
            registry.render() == """
                # HELP s h
                # TYPE s histogram
                s_bucket{le="0.5"} 2
                s_bucket{le="1"} 3
                s_bucket{le="+Inf"} 4
                s_sum 3.5
                s_count 4

                """)
    }

    @Test func `too many label values end in one series`() {
        let registry = MetricsRegistry(maximumSeries: 3)
        let counter = registry.counter("c", help: "h", labels: ["l"])
        for number in 0..<100 { counter.increment("\(number)") }
        let samples = registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(samples == ["c{l=\"0\"} 1", "c{l=\"1\"} 1", "c{l=\"2\"} 1", "c{l=\"other\"} 97"])
    }

    @Test func `the same name is the same metric`() {
        let registry = MetricsRegistry()
        registry.counter("c", help: "h").increment()
        registry.counter("c", help: "h").increment()
        #expect(registry.render().hasSuffix("c 2\n"))
    }

    @Test func `no increment of several threads is lost`() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("c", help: "h", labels: ["l"])
        let histogram = registry.histogram("h", help: "h", buckets: [1])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment("x")
                        histogram.observe(2)
                    }
                }
            }
        }
        #expect(registry.render().contains("c{l=\"x\"} 8000\n"))
        #expect(registry.render().contains("h_sum 16000\nh_count 8000\n"))
    }

    @Test func `process metrics are plausible`() throws {
        let statistics = try #require(ProcessStatistics.read())
        #expect(statistics.residentBytes > 1_000_000 && statistics.residentBytes < 1e12)
        #expect(statistics.virtualBytes >= statistics.residentBytes)
        #expect(statistics.threads >= 1 && statistics.cpuSeconds >= 0)
        #expect(statistics.startSeconds > 1_600_000_000)
        #expect(try #require(ProcessStatistics.openDescriptors()) >= 3)
        let registry = MetricsRegistry()
        registry.registerProcessMetrics()
        for name in [
            "resident_memory_bytes", "open_fds", "cpu_seconds_total", "start_time_seconds", "threads",
        ] {
            #expect(registry.render().contains("\nprocess_\(name) "))
        }
    }
}
