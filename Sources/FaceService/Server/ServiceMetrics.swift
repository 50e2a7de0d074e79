import Encodings
import Gallery
import HTTP
import HTTPServer
package import Telemetry

/// What the service counts, under the names that Prometheus reads.
package final class ServiceMetrics: Sendable {
    package let registry = MetricsRegistry()
    private let requests: Counter
    private let requestSeconds: Histogram
    private let stageSeconds: Histogram
    private let waitSeconds: Histogram
    private let problems: Counter
    private let connections: Gauge
    private let refusedConnections: Counter
    private let inFlight: Gauge
    private let bytesIn: Counter
    private let bytesOut: Counter

    package init() {
        requests = registry.counter(
            "arcface_http_requests_total", help: "Requests answered.", labels: ["route", "method", "status"])
        requestSeconds = registry.histogram(
            "arcface_http_request_seconds",
            help: "From the end of a request's head to the end of the answer.",
            labels: ["route"])
        stageSeconds = registry.histogram(
            "arcface_stage_seconds", help: "Time that a request spent in a stage.", labels: ["stage"])
        waitSeconds = registry.histogram(
            "arcface_inference_wait_seconds", help: "Time that work waited for a worker.", labels: ["kind"])
        problems = registry.counter("arcface_problems_total", help: "Problems answered.", labels: ["code"])
        connections = registry.gauge("arcface_http_connections", help: "Open connections.")
        refusedConnections = registry.counter(
            "arcface_http_connections_refused_total", help: "Connections turned away at a limit.")
        inFlight = registry.gauge("arcface_http_requests_in_flight", help: "Requests being served.")
        bytesIn = registry.counter("arcface_http_body_bytes_read_total", help: "Bytes of request bodies.")
        bytesOut = registry.counter(
            "arcface_http_body_bytes_written_total", help: "Bytes of answers' bodies.")
        registry.gauge(
            "arcface_build_info", help: "Always 1; the labels tell the build.", labels: ["version"]
        )
        .set(1, ServiceVersion.current)
        registry.registerProcessMetrics()
    }

    /// Adds what is asked for when the metrics are read.
    func watch(_ application: FaceApplication) {
        let queue = application.recognition.queue
        registry.gauge("arcface_inference_admitted", help: "Requests with a place in the inference queue.") {
            Double(queue.depth.admitted)
        }
        registry.gauge("arcface_inference_queue_images", help: "Images that wait for a worker.") {
            Double(queue.depth.analyses)
        }
        registry.gauge("arcface_inference_queue_crops", help: "Crops that wait to be embedded.") {
            Double(queue.depth.crops)
        }
        let board = application.jobs.board
        registry.gauge("arcface_jobs_active", help: "Jobs queued or running.") { Double(board.count) }
    }

    /// Notes how long work of a kind waited in the queue.
    package func observeWait(_ kind: String, _ seconds: Double) { waitSeconds.observe(seconds, kind) }

    func observe(_ timings: StageTimings) {
        for (stage, seconds) in timings.stages { stageSeconds.observe(seconds, stage.rawValue) }
    }

    func count(_ problem: Problem) { problems.increment(problem.code.rawValue) }

    /// The text for Prometheus. The sizes of galleries come from the database as they are now, so that a
    /// gallery that was deleted leaves no line behind; what there are of backups from their folder, so that
    /// those count that another process made.
    func render(_ statistics: [GalleryStatistics], _ backups: BackupInventory) -> String {
        var text = registry.render()
        let families: [(String, String, KeyPath<GalleryStatistics, Int>)] = [
            ("arcface_gallery_identities", "Identities of a gallery.", \.identities),
            ("arcface_gallery_faces", "Faces of a gallery, quarantined ones too.", \.faces),
            ("arcface_gallery_quarantined", "Quarantined faces of a gallery.", \.quarantined),
        ]
        for (name, help, value) in families {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            for gallery in statistics {
                // A gallery's name has no character that would have to be escaped.
                text += "\(name){gallery=\"\(gallery.gallery.text)\"} \(gallery[keyPath: value])\n"
            }
        }
        return text + Self.text(of: backups)
    }

    private static func text(of backups: BackupInventory) -> String {
        let families: [(String, String, Int?)] = [
            ("arcface_backups", "Backups in the folder for them.", backups.count),
            (
                "arcface_last_backup_timestamp_seconds", "When the newest backup was begun.",
                backups.newest.map { Int($0.createdAt.milliseconds / 1000) }
            ),
            ("arcface_last_backup_bytes", "Size of the newest backup.", backups.newest?.bytes),
        ]
        return families.map { name, help, value in
            "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + (value.map { "\(name) \($0)\n" } ?? "")
        }.joined()
    }
}

extension ServiceMetrics {
    func connectionOpened() { connections.add(1) }
    func connectionClosed() { connections.add(-1) }
    func connectionRefused() { refusedConnections.increment() }
    func requestStarted() { inFlight.add(1) }

    func requestFinished(_ request: FinishedRequest) {
        inFlight.add(-1)
        let route = request.route ?? "none"
        requests.increment(route, Self.method(request.method), request.status?.description ?? "none")
        requestSeconds.observe(request.duration.inSeconds, route)
        bytesIn.increment(by: Double(request.bytesIn))
        bytesOut.increment(by: Double(request.bytesOut))
    }

    private static let methods: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options]

    /// A client may send any word as a method, and each label value costs memory for ever.
    private static func method(_ method: HTTPMethod?) -> String {
        guard let method else { return "none" }
        return methods.contains(method) ? method.rawValue : "other"
    }
}
