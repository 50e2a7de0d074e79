import HTTP
import HTTPServer
import Telemetry

/// Writes the access log and feeds the metrics. A line names the route, never the path or the query: those
/// hold names of people.
struct ServiceObserver: ServerObserver {
    let metrics: ServiceMetrics
    let logger: JSONLogger
    /// Whether requests are logged.
    let logsAccess: Bool

    func connectionOpened(peer: SocketAddress) { metrics.connectionOpened() }
    func connectionClosed(peer: SocketAddress) { metrics.connectionClosed() }
    func connectionRefused(peer: SocketAddress) { metrics.connectionRefused() }
    func requestStarted() { metrics.requestStarted() }

    func requestFinished(_ request: FinishedRequest) {
        metrics.requestFinished(request)
        guard logsAccess else { return }
        logger.log(
            .info, "request",
            [
                "request_id": .string(request.id),
                "method": request.method.map { .string($0.rawValue) } ?? .null,
                "route": request.route.map { .string($0) } ?? .null,
                "status": request.status.map { .int($0.code) } ?? .null,
                "complete": .bool(request.isComplete),
                "bytes_in": .int(request.bytesIn), "bytes_out": .int(request.bytesOut),
                "ms": .double((request.duration.inSeconds * 100_000).rounded() / 100),
                "peer": .string(request.peer.host),
                "key": request.principal.map { .string($0) } ?? .null,
            ])
    }
}
