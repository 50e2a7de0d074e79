import HTTP
package import Telemetry

/// Turns what the server does into metrics and access-log lines.
///
/// The path is not logged, as it may name a person; the route's pattern is. Request ids lead from one to
/// the other.
package struct TelemetryObserver: ServerObserver {
    private let logger: JSONLogger?
    private let requests: Counter
    private let durations: Histogram
    private let bytesIn: Counter
    private let bytesOut: Counter
    private let inFlight: Gauge
    private let connections: Gauge
    private let refused: Counter

    /// Metric names begin with `prefix`; without a logger there is no access log.
    package init(registry: MetricsRegistry, logger: JSONLogger?, prefix: String = "arcface_http") {
        self.logger = logger
        requests = registry.counter(
            "\(prefix)_requests_total", help: "Requests by route, method and status.",
            labels: ["route", "method", "status"])
        durations = registry.histogram(
            "\(prefix)_request_duration_seconds",
            help: "From the end of the head to the end of the response.",
            labels: ["route"])
        bytesIn = registry.counter("\(prefix)_request_body_bytes_total", help: "Request body bytes read.")
        bytesOut = registry.counter(
            "\(prefix)_response_body_bytes_total", help: "Response body bytes written.")
        inFlight = registry.gauge("\(prefix)_requests_in_flight", help: "Requests being answered.")
        connections = registry.gauge("\(prefix)_connections", help: "Open connections.")
        refused = registry.counter(
            "\(prefix)_connections_refused_total", help: "Connections turned away because of a limit.")
    }

    package func connectionOpened(peer: SocketAddress) { connections.add(1) }
    package func connectionClosed(peer: SocketAddress) { connections.add(-1) }
    package func connectionRefused(peer: SocketAddress) { refused.increment() }
    package func requestStarted() { inFlight.add(1) }

    package func requestFinished(_ request: FinishedRequest) {
        let route = request.route ?? "none"
        let status = request.status.map(\.description) ?? "aborted"
        let seconds = request.duration / .seconds(1)
        inFlight.add(-1)
        requests.increment(route, Self.known(request.method), status)
        durations.observe(seconds, route)
        bytesIn.increment(by: Double(request.bytesIn))
        bytesOut.increment(by: Double(request.bytesOut))
        logger?.log(
            .info, "request",
            [
                "request_id": .string(request.id), "peer": .string(request.peer.host),
                "method": .string(request.method?.rawValue ?? "none"), "route": .string(route),
                "status": request.status.map { .int($0.code) } ?? .null,
                "complete": .bool(request.isComplete), "bytes_in": .int(request.bytesIn),
                "bytes_out": .int(request.bytesOut),
                "duration_ms": .double((seconds * 1_000_000).rounded() / 1000),
            ])
    }

    /// Methods that clients make up don't become label values.
    private static func known(_ method: HTTPMethod?) -> String {
        let methods: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options]
        return method.flatMap { methods.contains($0) ? $0.rawValue : nil } ?? "other"
    }
}
