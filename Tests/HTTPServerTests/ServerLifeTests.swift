import Dispatch
import Glibc
import HTTP
import HTTPServer
import Locks
import TestKit
import Testing

@Suite(.timeLimit(.minutes(HangGuard.testMinutes)))
struct ServerLifeTests {
    @Test func `draining finishes what is under way and closes what is idle`() async throws {
        let (started, release) = (Signal(), Signal())
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { request in
            if request.head.path == "/slow" {
                started.set()
                await release.wait()
            }
            return ServerResponse(status: .ok, body: .bytes(Array("done".utf8)))
        }
        let live = try LiveServer(handler: handler)
        async let slow = live.client { client throws in
            let response = try client.exchange("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            return (response, try client.receiveSome())
        }
        let idleReady = Signal()
        async let idle = live.client { client throws in
            _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            idleReady.set()
            return try client.receiveSome()
        }
        await started.wait()
        await idleReady.wait()
        async let drained: Void = live.server.drain(within: .seconds(20))
        #expect(try await idle == nil)
        let port = live.port
        #expect(throws: RawHTTPClient.Failure.self) { try RawHTTPClient(port: port) }
        release.set()
        let (response, rest) = try await slow
        #expect(response.text == "done" && response.header("connection") == "close" && rest == nil)
        await drained
        #expect(live.server.connectionCount == 0)
    }

    @Test func `draining cuts and cancels what is not done in time`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        let handler: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            started.set()
            do { try await Task.sleep(for: .seconds(50)) } catch { cancelled.set() }
            return ServerResponse(status: .ok)
        }
        let live = try LiveServer(handler: handler)
        async let answer = live.client { client throws in
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return try client.receiveSome()
        }
        await started.wait()
        await live.server.drain(within: .milliseconds(50))
        await cancelled.wait()
        #expect(try await answer == nil)
    }

    @Test func `a server starts once`() async throws {
        try await withServer { live async throws in
            #expect(throws: ServerError.alreadyStarted) { try live.server.start() }
        }
    }

    @Test func `a server that is stopped while it starts says so and leaves its port`() async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = HTTPServer(configuration: configuration, handler: LiveServer.echo)
        let (bound, drained) = (Signal(), DispatchSemaphore(value: 0))
        let port = Locked<UInt16>(0)
        async let outcome = onOwnThread {
            Result { () throws(ServerError) in
                try server.start { addresses in
                    port.withLock { $0 = addresses[0].port }
                    bound.set()
                    drained.wait()
                }
            }
        }
        await bound.wait()
        #expect(throws: ServerError.alreadyStarted) { try server.start() }
        await server.drain(within: .zero)
        drained.signal()
        let started = try await outcome
        #expect(throws: ServerError.stopped) { try started.get() }
        #expect(throws: RawHTTPClient.Failure.self) { try RawHTTPClient(port: port.withLock { $0 }) }
        #expect(throws: ServerError.stopped) { try server.start() }
        #expect("\(ServerError.stopped)" == "the server was stopped before it had started")
    }

    @Test func `a server that was stopped does not start`() async throws {
        let server = HTTPServer(configuration: ServerConfiguration(), handler: LiveServer.echo)
        await server.drain(within: .zero)
        #expect(throws: ServerError.stopped) { try server.start() }
    }

    @Test func `a taken port is an error that says so`() async throws {
        try await withServer { live async throws in
            var configuration = ServerConfiguration()
            configuration.port = Int(live.port)
            let second = HTTPServer(configuration: configuration, handler: LiveServer.echo)
            let taken = ServerError.system(call: "bind", errno: EADDRINUSE, address: "127.0.0.1:\(live.port)")
            #expect(throws: taken) { try second.start() }
        }
        var configuration = ServerConfiguration()
        configuration.host = "no.such.host.invalid"
        #expect("\(ServerError.unknownHost("nowhere"))".contains("'nowhere'"))
        let inUse = ServerError.system(call: "bind", errno: EADDRINUSE, address: "127.0.0.1:80")
        #expect("\(inUse)" == "can't listen on 127.0.0.1:80: Address already in use (bind)")
        #expect(throws: ServerError.unknownHost("no.such.host.invalid")) {
            try HTTPServer(configuration: configuration, handler: LiveServer.echo).start()
        }
        configuration.port = 65_536
        #expect(throws: ServerError.self) {
            try HTTPServer(configuration: configuration, handler: LiveServer.echo).start()
        }
    }

    @Test(arguments: ["::1", "::", "localhost"])
    func `IPv6 is served`(host: String) async throws {
        try await withServer({ $0.host = host }) { live async throws in
            let hasV6 = live.addresses.contains { if case .v6 = $0.ip { true } else { false } }
            #expect(hasV6)
            #expect(Set(live.addresses.map(\.port)).count == 1)
            for ipv6 in host == "::1" ? [true] : [true, false] {
                let response = try await live.client(ipv6: ipv6) { client in
                    try client.exchange("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")
                }
                #expect(response.status == 200)
            }
            let peers = live.observer.events.finished.map(\.peer.isLoopback)
            #expect(!peers.contains(false))
        }
    }

    @Test func `connections over the limit get a 503, and a place is free again after one closes`()
        async throws
    {
        try await withServer({ $0.maximumConnections = 2 }) { live async throws in
            let port = live.port
            try await onOwnThread {
                let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                var clients = [try RawHTTPClient(port: port), try RawHTTPClient(port: port)]
                for client in clients { #expect(try client.exchange(get).status == 200) }
                let third = try RawHTTPClient(port: port)
                #expect(try third.receiveResponse().status == 503)
                #expect(try third.receiveSome() == nil)
                third.close()
                clients.removeLast().close()
                while live.server.connectionCount > 1 { Pause.thread(0.005) }
                #expect(try RawHTTPClient(port: port).exchange(get).status == 200)
            }
            #expect(live.observer.events.refused == 1)
        }
    }

    @Test(arguments: [true, false])
    func `an address has its own limit of connections, loopback only where that is wished`(
        isCounted: Bool
    ) async throws {
        try await withServer({
            $0.maximumConnectionsPerAddress = 1
            $0.countsLoopbackConnections = isCounted
        }) { live async throws in
            let port = live.port
            try await onOwnThread {
                let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                let first = try RawHTTPClient(port: port)
                #expect(try first.exchange(get).status == 200)
                let second = try RawHTTPClient(port: port)
                guard isCounted else { return #expect(try second.exchange(get).status == 200) }
                #expect(try second.receiveResponse().status == 503)
                second.close()
                first.close()
                while live.server.connectionCount > 0 { Pause.thread(0.005) }
                #expect(try RawHTTPClient(port: port).exchange(get).status == 200)
            }
        }
    }

    @Test func `the observer hears what a request was`() async throws {
        try await withServer { live async throws in
            try await live.client { client throws in
                _ = try client.exchange(
                    "POST /a?b=c HTTP/1.1\r\nHost: a\r\nX-Request-Id: me\r\nContent-Length: 3\r\n\r\nabc")
            }
            await until { live.observer.events.closed > 0 }
            let events = live.observer.events
            let request = try #require(events.finished.first)
            #expect(events.opened == 1 && events.started == 1 && events.finished.count == 1)
            #expect(
                request.method == .post && request.path == "/a" && request.route == "/echo"
                    && request.status == .ok)
            #expect(
                request.isComplete && request.bytesIn == 3 && request.bytesOut == 11 && request.id == "me")
            #expect(request.duration > .zero && request.peer.host == "127.0.0.1")
        }
    }
}
