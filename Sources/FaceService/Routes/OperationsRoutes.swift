import Encodings
import Gallery
import HTTP
import HTTPServer
import Telemetry

/// Health, metrics, models.
struct OperationsRoutes {
    let application: FaceApplication
    let readiness: Readiness
    let metrics: ServiceMetrics
    /// Where a failing check of the database is told.
    let logger: JSONLogger

    var routes: [Route] { [health, ready, metricsText, models] }

    private static let tag = "Operations"

    private var health: Route {
        let operation = Operation(
            id: "healthz", method: "GET", pattern: PathPattern("/healthz"), scope: .open, tag: Self.tag,
            summary: "Whether the process is alive.", answers: [.json(200, "Health", "It is.")])
        return Route(operation) { _ in .json(JSONValue.object(["status": .string("ok")])) }
    }

    private var ready: Route {
        let operation = Operation(
            id: "readyz", method: "GET", pattern: PathPattern("/readyz"), scope: .open, tag: Self.tag,
            summary:
                "Whether the models passed their self-test, the database can be written, and no end is near.",
            answers: [.json(200, "Readiness", "All checks hold.")], problems: [.unavailable])
        return Route(operation) { request in
            let checks = readiness.checks(databaseWritable: await isWritable(request))
            let list = checks.map { check in
                JSONObject.Member(key: check.name, value: .string(check.failure ?? "ok"))
            }
            let members = JSONValue.object(JSONObject(list))
            let failures = checks.compactMap(\.failure)
            guard failures.isEmpty else {
                throw Problem(
                    .unavailable, failures.joined(separator: "; "),
                    extensions: [.init(key: "checks", value: members)])
            }
            return .json(JSONValue.object(["status": .string("ready"), "checks": members]))
        }
    }

    private func isWritable(_ request: RouteRequest) async -> Bool {
        do {
            try await timed(.db) { try await application.store.checkWritable() }
            return true
        } catch {
            logger.log(
                .error, "database_not_writable",
                ["request_id": .string(request.request.id), "error": .string(LogText.of(error))])
            return false
        }
    }

    private var metricsText: Route {
        let operation = Operation(
            id: "metrics", method: "GET", pattern: PathPattern("/metrics"), scope: .recognize, tag: Self.tag,
            summary: "What the service counts, as Prometheus text.",
            answers: [.init(status: 200, contentType: "text/plain", schema: nil, explanation: "The metrics.")]
        )
        return Route(operation) { _ in
            let statistics = try await timed(.db) { try await application.store.statistics() }
            return ServerResponse(
                status: .ok, headers: [.contentType: FieldValue(MetricsRegistry.contentType)!],
                body: .bytes(Array(metrics.render(statistics, await application.backups.inventory()).utf8)))
        }
    }

    private var models: Route {
        let operation = Operation(
            id: "listModels", method: "GET", pattern: PathPattern("/models"), scope: .recognize,
            tag: Self.tag,
            summary: "The detector and the recognizer that run.",
            answers: [.json(200, "Models", "Both models.")])
        return Route(operation) { _ in
            .json(
                ModelsAnswer(
                    detector: application.recognition.analyzer.detector,
                    recognizer: application.recognition.model))
        }
    }
}
