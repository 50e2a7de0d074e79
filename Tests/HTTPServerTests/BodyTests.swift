import HTTP
import HTTPServer
import Locks
import TestKit
import Testing

@Suite(.timeLimit(.minutes(HangGuard.testMinutes)))
struct BodyTests {
    private static let post = "POST /p HTTP/1.1\r\nHost: a\r\n"

    @Test func `a chunked request is put together`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                try client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                try client.send("2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n")
                #expect(try client.receiveResponse().text == "POST /p abcde")
            }
        }
    }

    @Test func `a streamed response is chunked and the connection kept`() async throws {
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            ServerResponse(
                status: .ok,
                body: .stream(contentLength: nil) { writer in
                    for number in 0..<200 { try await writer.write(Array("line \(number)\n".utf8)) }
                })
        }
        try await withServer(handler: handler) { live async throws in
            try await live.client { client throws in
                for _ in 0..<2 {
                    let response = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(response.header("transfer-encoding") == "chunked")
                    #expect(response.text.hasSuffix("line 199\n") && response.body.count == 1690)
                }
                let old = try client.exchange("GET / HTTP/1.0\r\n\r\n")
                #expect(old.header("connection") == "close" && old.body.count == 1690)
            }
        }
    }

    @Test func `a request body can be streamed back while it comes`() async throws {
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { request in
            ServerResponse(
                status: .ok,
                body: .stream(contentLength: request.body.declaredLength) { writer in
                    for try await piece in request.body { try await writer.write(piece) }
                })
        }
        try await withServer(handler: handler) { live async throws in
            let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await live.client { client throws in
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
                var received: [UInt8] = []
                #expect(try client.line() == "HTTP/1.1 200 OK")
                while try client.line() != "" {}
                for start in stride(from: 0, to: body.count, by: 50_000) {
                    try client.send(Array(body[start..<(start + 50_000)]))
                    received += try client.take(50_000)
                }
                #expect(received == body)
            }
        }
    }

    @Test func `100 Continue comes when the handler reads, and not before a refusal`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                try client.send(Self.post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
                #expect(try client.line() == "HTTP/1.1 100 Continue")
                #expect(try client.line() == "")
                try client.send("abc")
                #expect(try client.receiveResponse().text == "POST /p abc")
                try client.send(Self.post + "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
                let refused = try client.receiveResponse()
                #expect(refused.status == 413 && refused.header("connection") == "close")
                #expect(try client.receiveSome() == nil)
            }
        }
    }

    @Test func `an unknown expectation is 417`() async throws {
        try await withServer { live async throws in
            let status = try await live.client { client throws in
                try client.exchange(Self.post + "Expect: magic\r\nContent-Length: 3\r\n\r\nabc").status
            }
            #expect(status == 417)
        }
    }

    @Test func `a client that uploads too much reads the early answer`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                let size = 8 << 20
                try client.send(Self.post + "Content-Length: \(size)\r\n\r\n")
                try client.send([UInt8](repeating: 7, count: size))
                let response = try client.receiveResponse()
                #expect(response.status == 413 && response.text == "too large")
            }
        }
    }

    @Test func `a chunked upload over the limit is 413`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                try client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n")
                let chunk =
                    Array("10000\r\n".utf8) + [UInt8](repeating: 7, count: 65_536) + Array("\r\n".utf8)
                for _ in 0..<40 { try client.send(chunk) }
                #expect(try client.receiveResponse().status == 413)
            }
        }
    }

    @Test func `a short rest of a body that nobody read is thrown away`() async throws {
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            ServerResponse(status: .notFound)
        }
        try await withServer(handler: handler) { live async throws in
            try await live.client { client throws in
                for _ in 0..<3 {
                    try client.send(Self.post + "Content-Length: 30000\r\n\r\n")
                    #expect(try client.receiveResponse().status == 404)
                    try client.send([UInt8](repeating: 7, count: 30_000))
                }
            }
            #expect(live.observer.events.opened == 1)
        }
    }

    @Test func `reading stops while the handler is behind, and goes on with it`() async throws {
        let release = Signal()
        let buffered = Locked(0)
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { request in
            await release.wait()
            do {
                for try await piece in request.body { buffered.withLock { $0 += piece.count } }
            } catch { return ServerResponse(status: .badRequest) }
            return ServerResponse(status: .ok)
        }
        let size = 64 << 20
        try await withServer({ $0.connection.bodyHighWater = 100_000 }, handler: handler) {
            live async throws in
            try await live.client { client throws in
                try client.send(Self.post + "Content-Length: \(size)\r\n\r\n")
                let body = [UInt8](repeating: 1, count: size)
                // The kernel's buffers hold some megabytes; the rest has to wait for the handler.
                Pause.then(0.3) { release.set() }
                try client.send(body)
                #expect(release.isSet)
                #expect(try client.receiveResponse().status == 200)
            }
            #expect(buffered.withLock { $0 } == size)
        }
    }

    @Test func `a writer waits for a client that reads slowly`() async throws {
        let written = Locked(0)
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            ServerResponse(
                status: .ok,
                body: .stream(contentLength: 64 << 20) { writer in
                    let piece = [UInt8](repeating: 1, count: 65_536)
                    for _ in 0..<1024 {
                        try await writer.write(piece)
                        written.withLock { $0 += piece.count }
                    }
                })
        }
        try await withServer(handler: handler) { live async throws in
            try await live.client(receiveBuffer: 65_536) { client in
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.line()
                // Whatever the server's buffers hold, it is far from all.
                var seen = -1
                while seen != written.withLock({ $0 }) {
                    seen = written.withLock { $0 }
                    Pause.thread(0.05)
                }
                #expect(seen < 32 << 20)
                while try client.line() != "" {}
                #expect(try client.take(64 << 20).count == 64 << 20)
            }
        }
    }
}
