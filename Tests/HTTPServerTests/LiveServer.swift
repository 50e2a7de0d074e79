import HTTP
import HTTPServer
import TestKit

/// A server on a free loopback port, for one test.
final class LiveServer: Sendable {
    let server: HTTPServer
    let addresses: [SocketAddress]
    let observer: RecordingObserver

    var port: UInt16 { addresses[0].port }

    init(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse = LiveServer.echo
    ) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.timerResolution = .milliseconds(10)
        configure(&configuration)
        observer = RecordingObserver()
        server = HTTPServer(configuration: configuration, observer: observer, handler: handler)
        addresses = try server.start()
    }

    /// Runs `body` with a connected client on a thread of its own.
    func client<Result: Sendable>(
        ipv6: Bool = false, receiveBuffer: Int32? = nil,
        _ body: @escaping @Sendable (RawHTTPClient) throws -> Result
    ) async throws -> Result {
        let port = port
        return try await onOwnThread {
            try body(RawHTTPClient(port: port, ipv6: ipv6, receiveBuffer: receiveBuffer))
        }
    }

    func stop() async { await server.drain(within: .milliseconds(200)) }

    /// Answers with method, path and body.
    static let echo: @Sendable (ServerRequest) async -> ServerResponse = { request in
        do {
            let body = try await request.body.collect(upTo: 1 << 20)
            let line = "\(request.head.method) \(request.head.path) "
            return ServerResponse(status: .ok, body: .bytes(Array(line.utf8) + body), route: "/echo")
        } catch BodyError.tooLarge {
            return ServerResponse(status: .contentTooLarge, body: .bytes(Array("too large".utf8)))
        } catch BodyError.timedOut {
            return ServerResponse(status: .requestTimeout)
        } catch {
            return ServerResponse(status: .badRequest)
        }
    }
}

/// Starts a server, runs `body`, stops it.
@discardableResult
func withServer<Result>(
    _ configure: (inout ServerConfiguration) -> Void = { _ in },
    handler: @escaping @Sendable (ServerRequest) async -> ServerResponse = LiveServer.echo,
    _ body: (LiveServer) async throws -> Result
) async throws -> Result {
    let live = try LiveServer(configure, handler: handler)
    do {
        let result = try await body(live)
        await live.stop()
        return result
    } catch {
        await live.stop()
        throw error
    }
}
