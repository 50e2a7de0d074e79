import FaceService
import Gallery
import HTTP
import HTTPServer
import TestKit
import Testing

struct RateTests {
    private static let limits = [
        "limits.requests_per_second": "2", "limits.burst": "3", "limits.loopback": "true",
    ]

    private static func address(_ last: UInt32) -> SocketAddress {
        SocketAddress(ip: .v4(0xC000_0200 + last), port: 1)
    }

    @Test func `a client may ask a burst at once and then at its rate`() async throws {
        let clock = ManualClock()
        let service = try await ServiceHarness(settings: Self.limits, clock: clock)
        func status() async throws -> Int { try await service.get("/galleries").status }
        for _ in 0..<3 { #expect(try await status() == 200) }
        let refused = try await service.get("/galleries")
        #expect(refused.status == 429 && refused.code == "rate_limited")
        #expect(refused.headers.text(.retryAfter) == "1")
        clock.advance(by: .milliseconds(499))
        #expect(try await status() == 429)
        clock.advance(by: .milliseconds(1))
        #expect(try await status() == 200)
        #expect(try await status() == 429)
        clock.advance(by: .seconds(3_600))
        for _ in 0..<3 { #expect(try await status() == 200) }
        #expect(try await status() == 429)
        await service.close()
    }

    /// However the requests lie in time, no window takes more than its burst and its rate.
    @Test func `over any time no more is let through than the rate and one burst`() async throws {
        let clock = ManualClock()
        let service = try await ServiceHarness(settings: Self.limits, clock: clock)
        var generator = SeededGenerator(seed: 7)
        var taken: [Int] = []
        var now = 0
        for _ in 0..<600 {
            let step =
                Int.random(in: 0...2, using: &generator) == 0
                ? Int.random(in: 1...2_000, using: &generator) : 0
            clock.advance(by: .milliseconds(step))
            now += step
            if try await service.get("/galleries").status == 200 { taken.append(now) }
        }
        for (first, start) in taken.enumerated() {
            for last in first..<taken.count {
                #expect(last - first + 1 <= 3 + (taken[last] - start) / 500)
            }
        }
        #expect(taken.count > 200)
        await service.close()
    }

    @Test func `health is never held off, and neither is loopback unless it is configured`() async throws {
        var settings = Self.limits
        let strict = try await ServiceHarness(settings: settings)
        for _ in 0..<10 { #expect(try await strict.get("/healthz").status == 200) }
        await strict.close()
        settings["limits.loopback"] = "false"
        let usual = try await ServiceHarness(settings: settings)
        for _ in 0..<10 { #expect(try await usual.get("/galleries").status == 200) }
        await usual.close()
    }

    @Test
    func `each key has a rate of its own wherever it is shown, and who shows none has that of the address`()
        async throws
    {
        let service = try await ServiceHarness(settings: Self.limits)
        let database = KeyDatabase(path: service.folder.file("arcface.sqlite"))
        let keys = [
            try await database.create(.admin, name: nil), try await database.create(.recognize, name: nil),
        ]
        func status(_ key: NewKey?, _ last: UInt32) async throws -> Int {
            let headers: HTTPHeaders = key.map { [.xApiKey: FieldValue($0.secret.text)!] } ?? [:]
            return try await service.send(
                "GET", "/galleries", headers: headers, peer: Self.address(last)
            ).status
        }
        for last in 1...3 as ClosedRange<UInt32> { #expect(try await status(keys[0], last) == 200) }
        #expect(try await status(keys[0], 4) == 429)
        #expect(try await status(keys[1], 4) == 200)
        for _ in 0..<3 { #expect(try await status(nil, 5) == 401) }
        #expect(try await status(nil, 5) == 429)
        #expect(try await status(nil, 6) == 401)
        #expect(try await status(keys[1], 5) == 200)
        await service.close()
    }

    @Test(arguments: ["0.001", "1e6"], ["1", "1000000"])
    func `the slowest and the fastest rate with the smallest and the largest burst are kept`(
        rate: String, burst: String
    ) async throws {
        var settings = Self.limits
        (settings["limits.requests_per_second"], settings["limits.burst"]) = (rate, burst)
        let clock = ManualClock()
        let service = try await ServiceHarness(settings: settings, clock: clock)
        #expect(try await service.get("/galleries").status == 200)
        if burst == "1" {
            let refused = try await service.get("/galleries")
            #expect(refused.status == 429)
            #expect(refused.headers.text(.retryAfter) == (rate == "0.001" ? "1000" : "1"))
        }
        clock.advance(by: .seconds(1_000))
        #expect(try await service.get("/galleries").status == 200)
        await service.close()
    }

    @Test(arguments: ["1e-300", "0.000999", "-1", "1000001"])
    func `a rate that is no use is refused with its key`(rate: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ServiceHarness.configuration(TemporaryFolder(), ["limits.requests_per_second": rate])
        }
        #expect(error?.key == "limits.requests_per_second")
    }

    @Test func `who comes from more addresses than are remembered is held off, and keys are not`()
        async throws
    {
        let service = try await ServiceHarness(settings: Self.limits)
        let key = try await KeyDatabase(path: service.folder.file("arcface.sqlite")).create(.admin, name: nil)
        func status(_ last: UInt32, _ headers: HTTPHeaders = [:]) async throws -> Int {
            try await service.send("GET", "/galleries", headers: headers, peer: Self.address(last)).status
        }
        for last in 0..<10_000 as Range<UInt32> where try await status(last) != 401 {
            Issue.record("address \(last)")
        }
        #expect(try await status(10_000) == 429)
        #expect(try await status(0) == 401)
        #expect(try await status(10_001, [.xApiKey: FieldValue(key.secret.text)!]) == 200)
        await service.close()
    }

    @Test func `all of one IPv6 network are one client`() async throws {
        let service = try await ServiceHarness(settings: Self.limits)
        _ = try await KeyDatabase(path: service.folder.file("arcface.sqlite")).create(.admin, name: nil)
        func status(_ high: UInt64, _ low: UInt64) async throws -> Int {
            let peer = SocketAddress(ip: .v6(high: high, low: low, scope: 0), port: 1)
            return try await service.send("GET", "/galleries", peer: peer).status
        }
        for low in 1...3 as ClosedRange<UInt64> {
            #expect(try await status(0x2001_0db8_0000_0000, low) == 401)
        }
        #expect(try await status(0x2001_0db8_0000_0000, 4) == 429)
        #expect(try await status(0x2001_0db8_0000_0001, 4) == 401)
        await service.close()
    }
}
