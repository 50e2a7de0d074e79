import Encodings
import FaceService
import Gallery
import HTTP
import Locks
import SubCenter
import TestKit
import Testing

/// Jobs that wait, and those that are broken off.
struct JobQueueTests {
    @Test(arguments: [false, true])
    func `a job that was cancelled shows how far it had come`(withItsGallery: Bool) async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let jobs = service.service.application.jobs
        let gate = Locked<CheckedContinuation<Void, Never>?>(nil)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let job = try await jobs.enqueue(.purify, on: try GalleryName("g"), .object([:])) { id in
            jobs.advance(id, to: 0.4)
            await withCheckedContinuation { continuation in
                gate.withLock { $0 = continuation }
                enter.yield()
            }
            throw PurifyError.cancelled
        }
        for await _ in entered { break }
        let answer = try await service.send(
            "DELETE", withItsGallery ? "/galleries/g" : "/admin/jobs/\(job.id.text)")
        #expect(answer.status == (withItsGallery ? 204 : 200), "\(answer.text)")
        let shown = try await service.get("/admin/jobs/\(job.id.text)").json
        #expect(shown["state"] == .string("cancelled") && shown["progress"] == .number(0.4))
        gate.withLock { $0.take() }?.resume()
        await service.close()
    }

    @Test func `as many jobs wait as the limit says, beside the one that runs`() async throws {
        let service = try await ServiceHarness(settings: ["jobs.queue_limit": "1"])
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let gate = Locked<CheckedContinuation<Void, Never>?>(nil)
        let jobs = service.service.application.jobs
        for name in ["a", "b", "c"] { _ = try await service.put("/galleries/\(name)") }
        _ = try await jobs.enqueue(.purify, on: GalleryName("a"), .object(JSONObject())) { _ in
            await withCheckedContinuation { continuation in
                gate.withLock { $0 = continuation }
                enter.yield()
            }
            throw PurifyError.cancelled
        }
        for await _ in entered { break }
        #expect(try await service.post("/admin/galleries/none/purify", json: "{}").status == 404)
        #expect(try await service.post("/admin/galleries/b/purify", json: "{}").status == 202)
        let refused = try await service.post("/admin/galleries/c/purify", json: "{}")
        #expect(refused.status == 503 && refused.code == "overloaded")
        #expect(refused.text.contains("jobs.queue_limit") && refused.headers.text(.retryAfter) != nil)
        gate.withLock { $0.take() }?.resume()
        await service.close()
    }

    @Test func `a job that is made while the service ends is refused, and is not left under way`()
        async throws
    {
        let folder = TemporaryFolder()
        let (gate, isHeld) = (Gate(), Locked(false))
        var options = StoreOptions()
        options.now = {
            if isHeld.withLock({ $0 }) { try? gate.pass() }
            return .now()
        }
        let store = try await GalleryStore.open(path: folder.file("faces.db"), options: options)
        let configuration = try ServiceHarness.configuration(folder)
        let application = FaceApplication(
            recognition: FaceRecognition(analyzer: FakeAnalyzer(), configuration: configuration),
            store: store, configuration: configuration)
        let gallery = try GalleryName("g")
        let model = ModelContract(name: "m", fingerprint: "f", preprocessing: "p", dimension: 8)
        _ = try await store.putGallery(gallery, model: model)
        isHeld.withLock { $0 = true }
        let asked = Task { try await application.jobs.purify(gallery, PurifyRequest()) }
        try await gate.waitForArrivals(1)
        await application.jobs.shutDown()
        gate.open()
        await #expect(throws: QueueRefusal.closing) { try await asked.value }
        #expect(try await store.jobs().items.map(\.state) == [.cancelled])
        await application.close()
    }
}
