import Encodings
import FaceService
import HTTP
import Locks
import TestKit
import Testing

/// Large JSON texts are taken apart on a thread of their own.
struct BodyParsingTests {
    private static let large = BodyParsing.small + 1

    private struct Failure: Error, Equatable {}

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `texts of more than 64 KiB wait for one another, smaller ones for nobody`() async throws {
        let gate = Gate()
        let order = Locked<[String]>([])
        let first = Task {
            try await BodyParsing.run(Self.large) {
                try gate.pass()
                order.withLock { $0.append("first") }
            }
        }
        try await gate.waitForArrivals(1)
        let second = Task {
            try await BodyParsing.run(Self.large) { order.withLock { $0.append("second") } }
        }
        try await BodyParsing.run(BodyParsing.small) { order.withLock { $0.append("small") } }
        gate.open()
        try await first.value
        try await second.value
        #expect(order.withLock { $0 } == ["small", "first", "second"])
        await #expect(throws: Failure()) { try await BodyParsing.run(Self.large) { throw Failure() } }
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `a text whose client is gone is not waited for and not taken apart`() async throws {
        let gate = Gate()
        let first = Task { try await BodyParsing.run(Self.large) { try gate.pass() } }
        try await gate.waitForArrivals(1)
        let parsed = Locked(0)
        let others = (0..<8).map { _ in
            Task { try await BodyParsing.run(Self.large) { parsed.withLock { $0 += 1 } } }
        }
        for other in others { other.cancel() }
        // The thread is still busy with the first.
        for other in others { await #expect(throws: CancellationError.self) { try await other.value } }
        gate.open()
        try await first.value
        // Behind all of them.
        try await BodyParsing.run(Self.large) {}
        #expect(parsed.withLock { $0 } == 0)
    }

    @Test func `a large body is answered as a small one is`() async throws {
        let harness = try await ServiceHarness()
        let space = String(repeating: " ", count: Self.large)
        let put = try await harness.send(
            "PUT", "/galleries/g", body: Array("{\"description\":\(space)\"x\"}".utf8),
            type: "application/json")
        #expect(put.status == 201)
        #expect(try put.json["description"] == .string("x"))
        #expect(put.headers.text("Server-Timing")?.contains("parse;dur=") == true)
        let broken = try await harness.post("/identify?gallery=g", json: "{\(space)]")
        #expect(broken.status == 400 && broken.code == "json_invalid")
        #expect(broken.text.contains("byte \(Self.large + 1)"), "\(broken.text)")
        await harness.close()
    }
}
