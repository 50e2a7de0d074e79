import Dispatch
import HTTP
import HTTPServer
import Locks
import TestKit
import Testing

@Suite(.timeLimit(.minutes(HangGuard.testMinutes)))
struct ConnectionTests {
    @Test func `a connection carries one request after another`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                for number in 0..<10 {
                    let response = try client.exchange("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(response.status == 200)
                    #expect(response.text == "GET /\(number) ")
                    #expect(response.header("connection") == nil)
                    #expect(response.header("date")?.hasSuffix("GMT") == true)
                }
            }
            #expect(live.observer.events.opened == 1)
        }
    }

    @Test func `a hundred pipelined requests are answered in order`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                let requests = (0..<100).map {
                    "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                }
                try client.send(requests.joined())
                for number in 0..<100 {
                    #expect(try client.receiveResponse().text == "POST /\(number) abc")
                }
            }
        }
    }

    /// They fit a socket's buffers, so that all of them lie there when the first is answered.
    @Test func `a client that pipelines does not hold up the others of its loop`() async throws {
        let (isHeld, areSent) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let paths = Locked<[String]>([])
        /// Keeps the loop, as the first request finds it idle.
        @Sendable func hold() { #expect(areSent.wait(timeout: .now() + 20) == .success) }
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { request in
            paths.withLock { $0.append(request.head.path) }
            if request.head.path == "/hold" {
                isHeld.signal()
                hold()
            }
            return ServerResponse(status: .ok)
        }
        try await withServer({ $0.eventLoops = 1 }, handler: handler) { live async throws in
            let port = live.port
            try await live.client { many throws in
                let one = try RawHTTPClient(port: port)
                try many.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(isHeld.wait(timeout: .now() + 20) == .success)
                try many.send(String(repeating: "GET /many HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_500))
                try one.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
                areSent.signal()
                #expect(try one.receiveResponse().status == 200)
                for _ in 0..<1_501 { #expect(try many.receiveResponse().status == 200) }
            }
        }
        let order = paths.withLock { $0 }
        #expect(order.count == 1_502 && order.last == "/many")
    }

    @Test func `pipelined requests are answered though the client has closed its sending side`() async throws
    {
        try await withServer { live async throws in
            let all = try await live.client { client throws in
                let requests = (0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
                try client.send(requests.joined())
                client.shutdownWrite()
                return String(decoding: try client.receiveAll(), as: UTF8.self)
            }
            #expect(all.contains("GET /19 "))
        }
    }

    @Test func `Connection close is answered and obeyed`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                let response = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(response.header("connection") == "close")
                #expect(try client.receiveSome() == nil)
            }
        }
    }

    @Test func `an HTTP 1.0 connection closes unless the client asks to keep it`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                let kept = try client.exchange("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(kept.header("connection") == "keep-alive")
                let last = try client.exchange("GET /b HTTP/1.0\r\n\r\n")
                #expect(last.text == "GET /b ")
                #expect(try client.receiveSome() == nil)
            }
        }
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                let head = try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", toHead: true)
                #expect(head.header("content-length") == "7")
                #expect(try client.exchange("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").text == "GET /b ")
            }
        }
    }

    @Test func `a malformed request gets the configured refusal and the connection ends`() async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.refusalResponse = { status, detail, id in
                ServerResponse(status: status, body: .bytes(Array("\(status) \(detail) \(id.count)".utf8)))
            }
        }
        try await withServer(configure) { live async throws in
            try await live.client { client throws in
                let response = try client.exchange("GET / HTTP/1.1\r\nHost : a\r\n\r\n")
                #expect(response.status == 400)
                #expect(response.text.hasPrefix("400 white space stands before the colon"))
                #expect(response.text.hasSuffix(" 32"))
                #expect(response.header("connection") == "close")
                #expect(response.header("x-request-id")?.count == 32)
                #expect(try client.receiveSome() == nil)
            }
        }
    }

    @Test func `a sane request id is kept and another replaced`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                func id(_ sent: String) throws -> String? {
                    try client.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(sent)\r\n\r\n").header(
                        "x-request-id")
                }
                #expect(try id("abc-1.2:3_4") == "abc-1.2:3_4")
                #expect(try id("a b")?.count == 32)
                #expect(try id(String(repeating: "x", count: 129))?.count == 32)
                let (one, other) = (try id(""), try id(""))
                #expect(one != other)
            }
        }
    }

    @Test(arguments: [
        ("X-Request-Id: mine\r\nHost : a\r\n", "mine"),
        ("X-Request-Id: mine\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n", "mine"),
        ("Host: a\r\nx-request-id: mine\r\nA: \(String(repeating: "x", count: 70_000))\r\n", "mine"),
        ("Host: a\r\nHost: b\r\nX-Request-Id: mine\r\n", "mine"),
        ("Host : a\r\nX-Request-Id: mine\r\n", nil),
        ("X-Request-Id: a b\r\nHost : a\r\n", nil),
        ("X-Request-Id: \(String(repeating: "x", count: 129))\r\nHost : a\r\n", nil),
    ])
    func `a refused request has the id of its client where that was read before the refusal`(
        headers: String, id: String?
    ) async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.refusalResponse = { status, _, id in
                ServerResponse(status: status, body: .bytes(Array(id.utf8)))
            }
        }
        try await withServer(configure) { live async throws in
            let answered = try await live.client { client throws in
                // The id of an earlier request on the connection is not this one's.
                _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: earlier\r\n\r\n")
                let response = try client.exchange("GET / HTTP/1.1\r\n\(headers)\r\n")
                #expect(response.status >= 400)
                let answered = try #require(response.header("x-request-id"))
                #expect(response.text == answered)
                return answered
            }
            #expect(id == nil ? answered.count == 32 : answered == id)
            await until { live.observer.events.closed > 0 }
            #expect(live.observer.events.finished.map(\.id) == ["earlier", answered])
        }
    }
}
