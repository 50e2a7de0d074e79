import Gallery
import HTTP
package import HTTPServer
package import Telemetry

/// Answers requests: finds the route, asks the gate, runs the handler, makes problems of errors.
package final class FaceService: Sendable {
    package let application: FaceApplication
    package let metrics: ServiceMetrics
    package let router: Router
    private let keys: AccessKeys
    let readiness = Readiness()
    private let gate: AccessGate
    private let logger: JSONLogger

    /// - Parameters:
    ///   - clock: what limits and the age of keys go by; for tests.
    ///   - usesDelay: how long the use of a key waits to be written down.
    package init(
        application: FaceApplication, metrics: ServiceMetrics, logger: JSONLogger,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        usesDelay: Duration = .seconds(60)
    ) {
        self.application = application
        self.metrics = metrics
        self.logger = logger
        let report: @Sendable (any Error) -> Void = {
            logger.log(.error, "keys_failed", ["error": .string(LogText.of($0))])
        }
        keys = AccessKeys(
            store: application.store,
            uses: KeyUses(store: application.store, delay: usesDelay, report: report), clock: clock,
            report: report, becameEmpty: { Self.tellNoKeys(logger, exposed: nil) })
        gate = AccessGate(application.configuration, keys: keys, clock: clock)
        metrics.watch(application)
        router = Router(Self.routes(application, keys, readiness, metrics, logger))
        application.jobs.report { error, job in
            logger.log(
                .error, "job_failed", ["job": .string(job.text), "error": .string(LogText.of(error))])
        }
        application.backups.report { Self.log($0, logger) }
    }

    private static func log(_ event: BackupEvent, _ logger: JSONLogger) {
        switch event {
        case .progress: break
        case .written(let backup):
            logger.log(
                .info, "backup_written",
                [
                    "file": .string(backup.file), "bytes": .int(backup.bytes),
                    "galleries": .int(backup.galleries), "faces": .int(backup.faces),
                    "seconds": .double((backup.seconds * 1000).rounded() / 1000),
                    "removed": .int(backup.removed.count),
                ])
        case .failed(let error):
            // An end of the service that came first is no fault.
            let isGivenUp = (error as? GalleryError)?.isGivenUpBackup ?? false
            logger.log(
                isGivenUp ? .warning : .error, "backup_failed", ["error": .string(LogText.of(error))])
        }
    }

    /// - Parameter exposed: whether the service listens on more than loopback; nil where that was told
    ///   before.
    static func tellNoKeys(_ logger: JSONLogger, exposed: Bool?) {
        var fields: [(String, LogValue)] = [
            ("message", "there are no keys: only peers on loopback addresses are answered, and all of them")
        ]
        if let exposed { fields.append(("exposed", .bool(exposed))) }
        logger.log(.warning, "no_keys", fields)
    }

    /// Whether a request has to show a key.
    var needsKeys: Bool {
        get async throws(GalleryError) { try await !keys.current().isEmpty }
    }

    private static func routes(
        _ application: FaceApplication, _ keys: AccessKeys, _ readiness: Readiness,
        _ metrics: ServiceMetrics, _ logger: JSONLogger
    ) -> [Route] {
        let own =
            RecognitionRoutes(application: application).routes
            + GalleryRoutes(application: application).routes
            + FaceRoutes(application: application).routes + TransferRoutes(application: application).routes
            + AdministrationRoutes(application: application).routes
            + CalibrationRoutes(application: application).routes
            + InversionRoutes(application: application).routes
            + KeyRoutes(keys: keys).routes
            + BackupRoutes(application: application).routes
            + OperationsRoutes(
                application: application, readiness: readiness, metrics: metrics, logger: logger
            ).routes
        let document = OpenAPIRoute(others: own.map(\.operation))
        return own + [document.route]
    }

    /// Writes down what is in memory alone, and closes what the service works with.
    package func end() async {
        await keys.close()
        await application.close()
    }

    /// Answers a request; never throws, for every error has an answer.
    package func handle(_ request: ServerRequest) async -> ServerResponse {
        let start = ContinuousClock.now
        let timings = StageTimings()
        var response: ServerResponse
        switch find(request.head) {
        case .route(let route, let path):
            response = await answer(request, route, path, timings)
        case .options(let allow, let pattern):
            response = ServerResponse(
                status: .noContent, headers: [.allow: FieldValue(allow)!], route: pattern)
        case .wrongMethod(let allow, let pattern):
            let problem = Problem(
                .methodNotAllowed, "this path takes \(allow)", headers: [.init(name: "Allow", value: allow)])
            response = refuse(problem, request)
            response.route = pattern
        case .nothing:
            response = refuse(Problem(.notFound, "there is nothing at this path"), request)
        }
        metrics.observe(timings)
        response.headers[.serverTiming] = FieldValue(timings.headerValue(total: ContinuousClock.now - start))
        return response
    }

    /// `OPTIONS *` asks about the server, not about a path (RFC 9110 section 9.3.7).
    private func find(_ head: HTTPRequest) -> Router.Finding {
        if head.target.form == .asterisk { return .options(allow: router.methods, pattern: "*") }
        return router.find(head.method, head.segments)
    }

    private func answer(
        _ request: ServerRequest, _ route: Route, _ path: [String: String], _ timings: StageTimings
    ) async -> ServerResponse {
        var key: KeyRecord?
        var response: ServerResponse
        do {
            key = try await gate.identify(request, route.operation.scope)
            if let key { try gate.admit(key, request, route.operation.scope) }
            let options = try OptionValues(specs: route.operation.options, query: request.head.query)
            let routed = RouteRequest(
                request: request, path: path, options: options, timings: timings,
                bodyLimits: application.bodyLimits)
            response = try await StageTimings.$current.withValue(timings) { try await route.handle(routed) }
        } catch {
            let problem = ProblemMapping.problem(for: error)
            if problem.code == .internal { log(error, request, route) }
            response = refuse(problem, request)
        }
        response.route = route.operation.pattern.text
        response.principal = key?.id.text
        return response
    }

    private func refuse(_ problem: Problem, _ request: ServerRequest) -> ServerResponse {
        metrics.count(problem)
        return .problem(problem, requestID: request.id)
    }

    private func log(_ error: any Error, _ request: ServerRequest, _ route: Route) {
        logger.log(
            .error, "request_failed",
            [
                "request_id": .string(request.id), "route": .string(route.operation.pattern.text),
                "error": .string(LogText.of(error)),
            ])
    }
}
