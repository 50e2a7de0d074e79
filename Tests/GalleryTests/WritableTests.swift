import Dispatch
import Encodings
import Gallery
import Locks
import TestKit
import Testing

/// What readiness hears of the database.
@Suite struct WritableTests {
    private let clock = ManualClock()
    private let time = ManualTime()

    private func fixture() async throws -> GalleryFixture {
        try await GalleryFixture { [clock, time] options in
            options.clock = { clock.now }
            options.now = { time.now }
        }
    }

    private func lastProbe(_ fixture: GalleryFixture) throws -> String? {
        try RawDatabase(fixture.path).text("SELECT written_at FROM write_probe")
    }

    private func refusesProbes(_ fixture: GalleryFixture) throws -> RawDatabase {
        let raw = try RawDatabase(fixture.path)
        try raw.execute(
            "CREATE TRIGGER no BEFORE INSERT ON write_probe BEGIN SELECT raise(ABORT, 'no'); END")
        return raw
    }

    private func failure(_ fixture: GalleryFixture) async -> GalleryError? {
        await refusal { () throws(GalleryError) in try await fixture.store.checkWritable() }
    }

    private func isFailedWrite(_ fixture: GalleryFixture) async -> Bool {
        if case .database = await failure(fixture) { true } else { false }
    }

    @Test func `a write vouches for the next two seconds`() async throws {
        let fixture = try await fixture()
        try await fixture.store.checkWritable()
        let first = try #require(try lastProbe(fixture))
        time.set(1_800_000_000_000)
        clock.advance(by: .milliseconds(1_999))
        try await fixture.store.checkWritable()
        #expect(try lastProbe(fixture) == first)
        clock.advance(by: .milliseconds(1))
        try await fixture.store.checkWritable()
        #expect(try lastProbe(fixture) == "1800000000000")
    }

    @Test func `a database that takes no writes says why, and for two seconds is not asked again`()
        async throws
    {
        let fixture = try await fixture()
        let raw = try refusesProbes(fixture)
        #expect(await isFailedWrite(fixture))
        try raw.execute("DROP TRIGGER no")
        clock.advance(by: .milliseconds(1_999))
        #expect(await isFailedWrite(fixture))
        #expect(try lastProbe(fixture) == nil)
        clock.advance(by: .milliseconds(1))
        #expect(await failure(fixture) == nil)
        #expect(try lastProbe(fixture) != nil)
    }

    @Test func `who asks at the same time waits for one write`() async throws {
        let writes = Locked(0)
        let clock = clock
        let fixture = try await GalleryFixture { options in
            options.clock = { clock.now }
            options.now = {
                writes.withLock { $0 += 1 }
                return .now()
            }
        }
        writes.withLock { $0 = 0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await fixture.store.checkWritable() } }
            try await group.waitForAll()
        }
        #expect(writes.withLock { $0 } == 1)
    }

    /// A store whose writes stop at a gate while `isHeld` says so.
    private final class HeldWriter: Sendable {
        let isHeld = Locked(false)
        let arrived = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)

        func pass() {
            guard isHeld.withLock({ $0 }) else { return }
            arrived.signal()
            gate.wait()
        }
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `a writer at long work is as ready as it was, and nobody waits for it`() async throws {
        let held = HeldWriter()
        let clock = clock
        let fixture = try await GalleryFixture { options in
            options.clock = { clock.now }
            options.now = {
                held.pass()
                return .now()
            }
        }
        let store = fixture.store
        for isReady in [true, false] {
            let raw = isReady ? nil : try refusesProbes(fixture)
            clock.advance(by: .seconds(2))
            #expect((await failure(fixture) == nil) == isReady)
            held.isHeld.withLock { $0 = true }
            let write = Task { try await store.putGallery(GalleryName("long"), model: GalleryFixture.model) }
            try await onOwnThread { held.arrived.wait() }
            held.isHeld.withLock { $0 = false }
            clock.advance(by: .seconds(299))
            for _ in 0..<3 { #expect((await failure(fixture) == nil) == isReady) }
            held.gate.signal()
            _ = try await write.value
            // What the last of them began is over then.
            #expect((await failure(fixture) == nil) == isReady)
            try raw?.execute("DROP TRIGGER no")
        }
    }
}
