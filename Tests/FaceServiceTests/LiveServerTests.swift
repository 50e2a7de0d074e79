import Encodings
import FaceService
import Foundation
import HTTP
import HTTPServer
import TestKit
import Testing

/// The service behind a real socket.
struct LiveServerTests {
    private func start(
        _ analyzer: FakeAnalyzer = FakeAnalyzer(), folder: TemporaryFolder, _ settings: [String: String] = [:]
    ) async throws -> (FaceServer, UInt16, LogLines) {
        let lines = LogLines()
        let server = try await FaceServer.start(
            try ServiceHarness.configuration(folder, settings), analyzer: analyzer, logger: lines.logger)
        return (server, try #require(server.addresses.first).port, lines)
    }

    private static func request(
        _ method: String, _ target: String, body: [UInt8] = [], type: String = "image/png"
    ) -> [UInt8] {
        Array(
            "\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
                .utf8
        ) + body
    }

    private static func exchange(_ port: UInt16, _ bytes: [UInt8]) async throws -> RawHTTPClient.Response {
        try await onOwnThread {
            let client = try RawHTTPClient(port: port)
            try client.send(bytes)
            return try client.receiveResponse()
        }
    }

    @Test func `a face is enrolled and identified over a socket, and stays over a restart`() async throws {
        let folder = TemporaryFolder()
        let (server, port, lines) = try await start(folder: folder)
        #expect(try await Self.exchange(port, Self.request("GET", "/readyz")).status == 200)
        #expect(
            lines.text.contains(
                "\"event\":\"self_test_passed\",\"model\":\"fake-recognizer\",\"golden\":false"))
        #expect(
            try await Self.exchange(port, Self.request("PUT", "/galleries/g", type: "application/json"))
                .status == 201)
        let enrolled = try await Self.exchange(
            port, Self.request("POST", "/galleries/g/identities/secret%20name/faces", body: FakeImage.png()))
        #expect(enrolled.status == 201)
        #expect(enrolled.header("server-timing") != nil && enrolled.header("x-request-id")?.isEmpty == false)
        await server.drain()
        #expect(lines.text.contains("\"route\":\"/galleries/{gallery}/identities/{identity}/faces\""))
        #expect(!lines.text.contains("secret"))
        let (second, port2, _) = try await start(folder: folder)
        let found = try await Self.exchange(
            port2, Self.request("POST", "/identify?gallery=g", body: FakeImage.png()))
        #expect(found.text.contains("secret name"))
        let exported = try await Self.exchange(port2, Self.request("GET", "/galleries/g/export"))
        #expect(exported.text.split(separator: "\n").count == 1)
        await second.drain()
    }

    @Test func `a balancer hears of the end while requests are still taken`() async throws {
        // Nothing is written to a database whose folder is gone.
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let (server, port, lines) = try await start(folder: folder, ["server.drain_delay_seconds": "600"])
        let draining = Task { await server.drain() }
        await until { lines.text.contains("\"draining\"") }
        let ready = try await Self.exchange(port, Self.request("GET", "/readyz"))
        #expect(ready.status == 503 && ready.text.contains("shutting down"), "\(ready.text)")
        let foreign = Array("GET http://evil.net/galleries HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(try await Self.exchange(port, foreign).status == 403)
        #expect(
            try await Self.exchange(port, Self.request("PUT", "/galleries/g", type: "application/json"))
                .status == 201)
        draining.cancel()
        await draining.value
    }

    @Test func `the delay of the end is over by itself`() async throws {
        let (server, port, lines) = try await start(
            folder: TemporaryFolder(), ["server.drain_delay_seconds": "0.05"])
        await server.drain()
        #expect(lines.text.contains("\"stopped\""))
        await #expect(throws: (any Error).self) {
            try await Self.exchange(port, Self.request("GET", "/healthz"))
        }
    }

    @Test func `what the server itself refuses is a problem too`() async throws {
        let (server, port, _) = try await start(folder: TemporaryFolder())
        for (text, status, code) in [
            ("GARBAGE\r\n\r\n", 400, "bad_request"),
            ("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505, "version_not_supported"),
            ("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri_too_long"),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431,
                "headers_too_large"
            ),
        ] {
            let answer = try await Self.exchange(port, Array(text.utf8))
            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/problem+json")
            #expect(try JSONParser.parse(answer.body)["code"] == .string(code))
        }
        let large = try await Self.exchange(
            port, Array("POST /detect HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n".utf8))
        #expect(large.status == 413)
        await server.drain()
    }

    @Test func `the end waits for requests in flight and answers them`() async throws {
        let gate = Gate()
        let (server, port, lines) = try await start(FakeAnalyzer(gate: gate), folder: TemporaryFolder())
        let inFlight = Task {
            try await Self.exchange(port, Self.request("POST", "/detect", body: FakeImage.png()))
        }
        try await gate.waitForArrivals(1)
        let end = Task { await server.drain() }
        await until { lines.text.contains("\"draining\"") }
        gate.open()
        #expect(try await inFlight.value.status == 200)
        await end.value
        await #expect(throws: (any Error).self) {
            try await Self.exchange(port, Self.request("GET", "/healthz"))
        }
    }

    @Test func `a failed self-test makes the service not ready, but leaves it alive`() async throws {
        let (server, port, lines) = try await start(FakeAnalyzer(isBroken: true), folder: TemporaryFolder())
        let ready = try await Self.exchange(port, Self.request("GET", "/readyz"))
        #expect(ready.status == 503 && ready.text.contains("self-test"))
        #expect(try await Self.exchange(port, Self.request("GET", "/healthz")).status == 200)
        #expect(lines.text.contains("self_test_failed") && lines.text.contains("no_keys"))
        await server.drain()
    }

    @Test func `requests are counted by route, method and status`() async throws {
        let (server, port, _) = try await start(folder: TemporaryFolder())
        _ = try await Self.exchange(port, Self.request("GET", "/galleries/nobody"))
        let metrics = try await Self.exchange(port, Self.request("GET", "/metrics"))
        #expect(
            metrics.text.contains(
                "arcface_http_requests_total{route=\"/galleries/{gallery}\",method=\"GET\",status=\"404\"} 1")
        )
        await server.drain()
    }

    @Test func `a model that is not there stops the start with its key`() async throws {
        let folder = TemporaryFolder()
        for key in ["models.detector", "models.recognizer"] {
            let wrong = try ServiceHarness.configuration(folder, [key: folder.file("none.onnx")])
            let missing = await #expect(throws: ConfigurationError.self) { try await FaceServer.start(wrong) }
            #expect(missing?.key == key)
            #expect(missing?.reason == "there is no readable file at \(folder.file("none.onnx"))")
        }
    }
}
