import HTTP
import HTTPServer
import TestKit
import Testing

/// A client that vanishes in each phase leaves no connection, no handler and no descriptor behind.
@Suite(.timeLimit(.minutes(HangGuard.testMinutes)))
struct DisconnectTests {
    /// Waits until the server has no connection.
    private func settle(_ live: LiveServer) async {
        await until { live.server.connectionCount == 0 }
    }

    @Test(arguments: [
        "", "GET", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    ])
    func `a client vanishes before its request is whole`(text: String) async throws {
        try await withServer { live async throws in
            for resets in [false, true] {
                try await live.client { client throws in
                    if !text.isEmpty { try client.send(text) }
                    if resets { client.reset() } else { client.close() }
                }
            }
            try await live.client { client throws in
                #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            }
            await settle(live)
        }
    }

    @Test(arguments: [false, true])
    func `a client that vanishes cancels the handler`(resets: Bool) async throws {
        let (started, cancelled) = (Signal(), Signal())
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            started.set()
            do { try await Task.sleep(for: .seconds(50)) } catch { cancelled.set() }
            return ServerResponse(status: .ok)
        }
        try await withServer(handler: handler) { live async throws in
            let client = try await onOwnThread { [port = live.port] in Held(try RawHTTPClient(port: port)) }
            try await onOwnThread { try client.value.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            await started.wait()
            if resets { client.value.reset() } else { client.value.close() }
            await cancelled.wait()
            await settle(live)
            let finished = live.observer.events.finished
            #expect(finished.count == 1 && finished[0].path == "/")
        }
    }

    @Test func `a client that vanishes in a streamed answer stops its writer`() async throws {
        let stopped = Signal()
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            ServerResponse(
                status: .ok,
                body: .stream(contentLength: nil) { writer in
                    defer { stopped.set() }
                    while true { try await writer.write([UInt8](repeating: 1, count: 65_536)) }
                })
        }
        try await withServer(handler: handler) { live async throws in
            try await live.client { client throws in
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.take(100_000)
                client.reset()
            }
            await stopped.wait()
            await settle(live)
            #expect(live.observer.events.finished.map(\.isComplete) == [false])
        }
    }

    @Test func `a writer that throws cuts the connection so that the client notices`() async throws {
        struct Broken: Error {}
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            ServerResponse(
                status: .ok,
                body: .stream(contentLength: nil) { writer in
                    try await writer.write(Array("half".utf8))
                    throw Broken()
                })
        }
        try await withServer(handler: handler) { live async throws in
            try await live.client { client throws in
                #expect(throws: RawHTTPClient.Failure.self) {
                    _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                }
            }
        }
    }

    @Test func `slow clients are answered 408 or cut`() async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.connection.headTimeout = .milliseconds(100)
            $0.connection.bodyStallTimeout = .milliseconds(100)
            $0.connection.writeStallTimeout = .milliseconds(100)
            $0.connection.idleTimeout = .milliseconds(100)
        }
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { request in
            if request.head.path == "/large" {
                return ServerResponse(status: .ok, body: .bytes([UInt8](repeating: 1, count: 32 << 20)))
            }
            return await LiveServer.echo(request)
        }
        try await withServer(configure, handler: handler) { live async throws in
            try await live.client { client throws in #expect(try client.receiveSome() == nil) }
            try await live.client { client throws in
                #expect(try client.exchange("GET / HT").status == 408)
                #expect(try client.receiveSome() == nil)
            }
            try await live.client { client throws in
                #expect(
                    try client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").status
                        == 408)
            }
            try await live.client { client throws in
                #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
                #expect(try client.receiveSome() == nil)
            }
            try await live.client(receiveBuffer: 4096) { client throws in
                try client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
                while live.server.connectionCount > 0 { Pause.thread(0.01) }
            }
            await settle(live)
        }
    }
}

/// Lets a client cross threads: the tests that use it touch it from one at a time.
private final class Held: @unchecked Sendable {
    let value: RawHTTPClient
    init(_ value: RawHTTPClient) { self.value = value }
}
