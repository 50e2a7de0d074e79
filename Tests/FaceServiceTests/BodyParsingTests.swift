import Dispatch
import FaceService
import Locks
import TestKit
import Testing

/// Large JSON texts are taken apart on a thread of their own.
struct BodyParsingTests {
    private static let large = BodyParsing.small + 1

    private static var queue: String { String(cString: __dispatch_queue_get_label(nil)) }

    private struct Failure: Error, Equatable {}

    @Test func `a text of more than 64 KiB is taken apart on that thread, a smaller one where it came`()
        async throws
    {
        #expect(try await BodyParsing.run(Self.large) { Self.queue } == "arcface.bodies")
        #expect(try await BodyParsing.run(BodyParsing.small) { Self.queue } != "arcface.bodies")
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
