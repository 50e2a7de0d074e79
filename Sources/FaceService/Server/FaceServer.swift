import Faces
import Foundation
import Gallery
import HTTP
package import HTTPServer
import Kernels
package import Telemetry

/// The life of a running service: from a configuration to bound addresses, and to an orderly end.
package final class FaceServer: Sendable {
    /// Where the service listens, with the port that was taken where the configuration said 0.
    package let addresses: [SocketAddress]
    package let service: FaceService
    private let server: HTTPServer
    private let configuration: Configuration
    private let logger: JSONLogger

    private init(
        addresses: [SocketAddress], service: FaceService, server: HTTPServer, configuration: Configuration,
        logger: JSONLogger
    ) {
        self.addresses = addresses
        self.service = service
        self.server = server
        self.configuration = configuration
        self.logger = logger
    }

    /// Loads the models, opens the database, runs the self-test and listens.
    ///
    /// - Parameters:
    ///   - analyzer: stands for the models of the configuration; for tests.
    ///   - inverter: stands for what inverts in this build; for tests.
    ///   - logger: where events and requests are logged; standard error at the configured level if nil.
    /// - Throws: ``ConfigurationError`` for what the operator has to change, and the errors of the modules
    ///   below; nothing listens and nothing is open then.
    package static func start(
        _ configuration: Configuration, analyzer: (any FaceAnalyzing)? = nil,
        inverter: InverterFactory? = nil, logger: JSONLogger? = nil
    ) async throws -> FaceServer {
        let logger = logger ?? JSONLogger(level: LogLevel(rawValue: configuration.loggingLevel)!)
        let metrics = ServiceMetrics()
        let analyzer = try analyzer ?? load(configuration, logger)
        let application = try await FaceApplication.open(
            configuration, analyzer: analyzer,
            inverter: inverter
                ?? Self.inverter(for: configuration, running: analyzer.recognizer.fingerprint),
            migrated: { logger.log(.info, "database_upgraded", ["from": .int($0), "to": .int($1)]) },
            observeWait: { metrics.observeWait($0, $1) },
            report: { logger.log(.warning, "removal_unfinished", ["error": .string(LogText.of($0))]) },
            indexFailed: {
                logger.log(
                    .error, "index_dropped", ["gallery": .string($0.text), "error": .string(LogText.of($1))])
            })
        if application.store.isNew {
            logger.log(.info, "database_created", ["path": .string(configuration.databasePath)])
        }
        let service = FaceService(application: application, metrics: metrics, logger: logger)
        await selfTest(service, logger)
        let server = HTTPServer(
            configuration: serverConfiguration(configuration, metrics),
            observer: ServiceObserver(
                metrics: metrics, logger: logger, logsAccess: configuration.loggingAccess),
            handler: { await service.handle($0) })
        do {
            try await tellForeignGalleries(application, logger)
            let needsKeys = try await service.needsKeys
            let addresses = try server.start()
            announce(addresses, analyzer, needsKeys: needsKeys, logger)
            return FaceServer(
                addresses: addresses, service: service, server: server, configuration: configuration,
                logger: logger)
        } catch {
            await application.close()
            throw error
        }
    }

    private static func load(
        _ configuration: Configuration, _ logger: JSONLogger
    ) throws -> any FaceAnalyzing {
        let start = ContinuousClock.now
        let analyzer = try FaceRecognition.analyzer(for: configuration)
        let milliseconds = Int(((ContinuousClock.now - start).inSeconds * 1e3).rounded())
        logger.log(
            .info, "models_loaded",
            [
                "duration_ms": .int(milliseconds),
                "instruction_set": .string(KernelTable.current.instructionSet.rawValue),
            ])
        return analyzer
    }

    /// Says that it is not ready and goes on for `server.drain_delay_seconds`, or until the task is
    /// cancelled; then takes no new requests, lets those in flight finish for as long as the configuration
    /// grants, cancels jobs and closes the database.
    package func drain() async {
        service.readiness.setDraining()
        logger.log(.info, "draining", ["connections": .int(server.connectionCount)])
        let delay = configuration.serverDrainDelay
        if delay > .zero { try? await Task.sleep(for: delay) }
        // At once, so that clients listening to a job's events hear of its end and let go of their
        // connections.
        async let jobsEnded: Void = service.application.jobs.shutDown()
        await server.drain(within: configuration.serverDrain)
        await jobsEnded
        await service.end()
        logger.log(.info, "stopped")
    }

    private static func selfTest(_ service: FaceService, _ logger: JSONLogger) async {
        let recognition = service.application.recognition
        do {
            let outcomes = try await recognition.queue.analyse { [analyzer = recognition.analyzer] in
                try analyzer.selfTest()
            }
            service.readiness.setSelfTest(passed: true)
            for outcome in outcomes {
                logger.log(
                    .info, "self_test_passed",
                    [
                        "model": .string(outcome.model), "golden": .bool(outcome.isGolden),
                        "detail": .string(outcome.detail),
                    ])
            }
        } catch {
            service.readiness.setSelfTest(passed: false)
            logger.log(.error, "self_test_failed", ["error": .string(LogText.of(error))])
        }
    }

    /// Galleries of another model answer every use with `model_mismatch`; the operator hears of them here
    /// first.
    private static func tellForeignGalleries(
        _ application: FaceApplication, _ logger: JSONLogger
    ) async throws {
        for gallery in try await application.foreignGalleries() {
            logger.log(
                .warning, "gallery_of_other_model",
                [
                    "gallery": .string(gallery.name.text), "model": .string(gallery.model.name),
                    "fingerprint": .string(gallery.model.fingerprint),
                    "made_with": .string(
                        gallery.model.differences(from: application.modelContract).joined(separator: "; ")),
                    "message": .string(
                        "it is refused until the service runs so again, or: arcface reembed "
                            + "--gallery \(gallery.name.text)"),
                ])
        }
    }

    private static func announce(
        _ addresses: [SocketAddress], _ analyzer: any FaceAnalyzing, needsKeys: Bool, _ logger: JSONLogger
    ) {
        for model in [analyzer.detector, analyzer.recognizer] {
            if let assumption = model.assumption {
                logger.log(
                    .warning, "model_assumed", ["model": .string(model.name), "reason": .string(assumption)])
            }
        }
        if !needsKeys {
            FaceService.tellNoKeys(logger, exposed: addresses.contains { !$0.isLoopback })
        }
        for address in addresses { logger.log(.info, "listening", ["address": .string(address.description)]) }
    }

    private static func serverConfiguration(
        _ configuration: Configuration, _ metrics: ServiceMetrics
    ) -> ServerConfiguration {
        var server = ServerConfiguration()
        server.host = configuration.serverHost
        server.port = configuration.serverPort
        server.maximumConnections = configuration.serverMaxConnections
        server.maximumConnectionsPerAddress = configuration.limitsConnections
        server.countsLoopbackConnections = configuration.limitsLoopback
        server.connection.parser.headerBytes = configuration.serverMaxHeaderBytes
        server.connection.headTimeout = configuration.serverHeaderTimeout
        server.connection.bodyStallTimeout = configuration.serverBodyTimeout
        server.connection.bodyGrace = max(server.connection.bodyGrace, configuration.serverBodyTimeout)
        server.connection.idleTimeout = configuration.serverIdleTimeout
        server.connection.writeStallTimeout = configuration.serverWriteTimeout
        server.refusalResponse = { status, detail, requestID in
            let problem = ProblemMapping.problem(status: status.code, detail: detail)
            metrics.count(problem)
            var response = ServerResponse.problem(problem, requestID: requestID)
            response.status = status
            response.headers[.serverTiming] = "total;dur=0.00"
            return response
        }
        return server
    }
}
