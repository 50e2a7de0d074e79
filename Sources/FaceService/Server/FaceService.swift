import Faces
import Gallery
import HTTP
package import HTTPServer
import Inference
import SubCenter
package import Telemetry

/// Answers requests: finds the route, checks access, runs the handler, makes problems of errors.
package final class FaceService: Sendable {
    package let application: FaceApplication
    package let metrics: ServiceMetrics
    package let router: Router
    let readiness = Readiness()
    private let allowedHosts: AllowedHosts
    private let logger: JSONLogger

    package init(application: FaceApplication, metrics: ServiceMetrics, logger: JSONLogger) {
        self.application = application
        self.metrics = metrics
        self.logger = logger
        allowedHosts = AllowedHosts(application.configuration.serverAllowedHosts)
        metrics.watch(application)
        router = Router(Self.routes(application, readiness, metrics, logger))
        application.jobs.report { error, job in
            logger.log(
                .error, "job_failed", ["job": .string(job.text), "error": .string(Self.logText(error))])
        }
    }

    private static func routes(
        _ application: FaceApplication, _ readiness: Readiness, _ metrics: ServiceMetrics,
        _ logger: JSONLogger
    ) -> [Route] {
        let own =
            RecognitionRoutes(application: application).routes
            + GalleryRoutes(application: application).routes
            + FaceRoutes(application: application).routes + TransferRoutes(application: application).routes
            + AdministrationRoutes(application: application).routes
            + CalibrationRoutes(application: application).routes
            + InversionRoutes(application: application).routes
            + OperationsRoutes(
                application: application, readiness: readiness, metrics: metrics, logger: logger
            ).routes
        let document = OpenAPIRoute(others: own.map(\.operation))
        return own + [document.route]
    }

    /// Answers a request; never throws, for every error has an answer.
    package func handle(_ request: ServerRequest) async -> ServerResponse {
        let start = ContinuousClock.now
        let timings = StageTimings()
        var response: ServerResponse
        switch find(request.head) {
        case .route(let route, let path):
            response = await answer(request, route, path, timings)
            response.route = route.operation.pattern.text
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
        response.headers[.xRequestID] = FieldValue(request.id)
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
        do {
            if route.operation.scope != .open {
                try checkAccess(request.peer)
                try checkHost(request.head)
            }
            try checkOrigin(request.head)
            let options = try OptionValues(specs: route.operation.options, query: request.head.query)
            let routed = RouteRequest(request: request, path: path, options: options, timings: timings)
            return try await StageTimings.$current.withValue(timings) { try await route.handle(routed) }
        } catch {
            let problem = ProblemMapping.problem(for: error)
            if problem.code == .internal { log(error, request, route) }
            return refuse(problem, request)
        }
    }

    private func refuse(_ problem: Problem, _ request: ServerRequest) -> ServerResponse {
        metrics.count(problem)
        return .problem(problem, requestID: request.id)
    }

    /// There are no keys yet, and without keys only loopback is answered; health is open to all.
    private func checkAccess(_ peer: SocketAddress) throws {
        guard !peer.isLoopback else { return }
        throw Problem(.forbidden, "without keys the service answers on loopback addresses only")
    }

    private func checkHost(_ head: HTTPRequest) throws {
        let host = head.target.authority ?? head.headers.text(.host)
        guard let host, !allowedHosts.contain(host) else { return }
        throw Problem(.forbidden, "the host '\(host.excerpt)' is not one that server.allowed_hosts names")
    }

    /// A page of any site can make a browser on this machine send forms and plain bodies here. Browsers say so in all that can
    /// change something (`Sec-Fetch-Site`, older ones `Origin` alone); other clients send neither.
    private func checkOrigin(_ head: HTTPRequest) throws {
        guard head.method != .get, head.method != .head else { return }
        let isForeign =
            if let site = head.headers.text(.secFetchSite) {
                site.lowercased() == "cross-site"
            } else if let origin = head.headers.text(.origin)?.lowercased() {
                origin.split(separator: "/").last.map(String.init) != head.headers.text(.host)?.lowercased()
            } else { false }
        if isForeign { throw Problem(.forbidden, "requests from web pages of other sites are not taken") }
    }

    private func log(_ error: any Error, _ request: ServerRequest, _ route: Route) {
        logger.log(
            .error, "request_failed",
            [
                "request_id": .string(request.id), "route": .string(route.operation.pattern.text),
                "error": .string(Self.logText(error)),
            ])
    }

    /// The text of our own modules' errors, which hold no personal data by their own rule; of any other the
    /// type.
    private static func logText(_ error: any Error) -> String {
        switch error {
        case is FacesError, is GalleryError, is InferenceError, is PurifyError, is DamagedTextError:
            "\(error)"
        default: String(reflecting: type(of: error))
        }
    }
}
