import Encodings
import FaceService
import Gallery
import HTTP
import HTTPServer
import Imaging
import Locks
import TestKit
import Testing

/// What happens to an inversion on its way, and to its picture later.
struct InversionLifeTests {
    private func expectNoPicture(_ service: ServiceHarness, _ location: String) async throws {
        let image = try await service.get(location + "/image")
        #expect(image.status == 404 && image.code == "image_not_found", "\(image.text)")
    }

    @Test func `it stands in the way of no purification, and tells how far it is`() async throws {
        let gate = Gate()
        let service = try await ServiceHarness.inverting(FakeInverter(gate: gate))
        let first = try await service.invert(ServiceHarness.anna)
        try await gate.waitForArrivals(1)
        let running = try await service.get(first).json
        #expect(running["state"] == .string("running") && running["progress"] == .number(0.25))
        let purify = try await service.post("/admin/galleries/g/purify", json: "{}")
        let second = try await service.invert(ServiceHarness.anna)
        #expect(purify.status == 202)
        gate.open()
        for location in [first, try #require(purify.headers.text(.location)), second] {
            #expect(try await service.finished(location)["state"] == .string("succeeded"))
        }
        #expect(
            try await service.get(first + "/image").bytes == service.get(second + "/image").bytes)
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `cancelling ends the work at once and leaves no picture`() async throws {
        let gate = Gate()
        gate.open()
        let inverter = FakeInverter(end: .waitsToBeCancelled, gate: gate)
        let service = try await ServiceHarness.inverting(inverter)
        let location = try await service.invert(ServiceHarness.anna)
        try await gate.waitForArrivals(1)
        let cancelled = try await service.send("DELETE", location)
        #expect(cancelled.status == 200)
        #expect(try cancelled.json["state"] == .string("cancelled"))
        #expect(try await service.finished(location)["report"] == .null)
        try await expectNoPicture(service, location)
        #expect(try await service.send("DELETE", location).code == "job_finished")
        await service.close()
        #expect(inverter.givenUp.withLock { $0 } == 1)
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `the end of the service cancels it`() async throws {
        let gate = Gate()
        gate.open()
        let inverter = FakeInverter(end: .waitsToBeCancelled, gate: gate)
        let service = try await ServiceHarness.inverting(inverter)
        let location = try await service.invert(ServiceHarness.anna)
        let waiting = try await service.invert(ServiceHarness.anna)
        try await gate.waitForArrivals(1)
        await service.close()
        #expect(inverter.givenUp.withLock { $0 } == 1)
        let again = try await ServiceHarness(
            settings: ["inversion.enabled": "true"], folder: service.folder)
        for job in [location, waiting] {
            #expect(try await again.get(job).json["state"] == .string("cancelled"))
            try await expectNoPicture(again, job)
        }
        await again.close()
    }

    @Test func `a restart in the middle fails it, and pictures made before stay`() async throws {
        let service = try await ServiceHarness.inverting()
        let done = try await service.invert(ServiceHarness.anna)
        _ = try await service.finished(done)
        let picture = try await service.get(done + "/image").bytes
        // Nobody works on this one, as after a process that was killed.
        let application = service.service.application
        let lost = try await application.store.createInversion(
            of: (IdentityName("anna"), GalleryName("g")), model: application.modelContract, parameters: .empty
        ).id
        _ = try await application.store.startJob(lost)
        await service.close()
        let again = try await ServiceHarness(
            settings: ["inversion.enabled": "true"], folder: service.folder)
        let job = try await again.get("/admin/jobs/\(lost.text)").json
        #expect(job["state"] == .string("failed") && job["error"] == .string("interrupted by restart"))
        try await expectNoPicture(again, "/admin/jobs/\(lost.text)")
        #expect(try await again.get(done + "/image").bytes == picture)
        await again.close()
    }

    /// How a person goes.
    enum Erasure: CaseIterable {
        case identity, gallery, face

        var reason: String {
            switch self {
            case .identity: "its identity was deleted"
            case .gallery: "its gallery was deleted"
            case .face: "a face of its identity was deleted"
            }
        }

        func path(_ service: ServiceHarness) async throws -> String {
            switch self {
            case .identity: return "/galleries/g/identities/anna"
            case .gallery: return "/galleries/g"
            case .face:
                let faces = try await service.get("/galleries/g/identities/anna/faces").json["faces"]
                return "/galleries/g/faces/\(try #require(faces?.arrayValue?[3]["face_id"]?.stringValue))"
            }
        }
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)), arguments: Erasure.allCases)
    func `an erasure ends the jobs of whom it erases`(_ erasure: Erasure) async throws {
        let gate = Gate()
        gate.open()
        let inverter = FakeInverter(end: .waitsToBeCancelled, gate: gate)
        let service = try await ServiceHarness.inverting(inverter)
        let running = try await service.invert(ServiceHarness.anna)
        let queued = try await service.invert(ServiceHarness.anna)
        try await gate.waitForArrivals(1)
        let path = try await erasure.path(service)
        #expect(try await service.send("DELETE", path).status == 204)
        for (location, progress) in [(running, 0.25), (queued, 0)] {
            let job = try await service.finished(location)
            #expect(job["progress"]?.doubleValue == progress)
            #expect(job["state"] == .string("cancelled") && job["error"] == .string(erasure.reason))
            try await expectNoPicture(service, location)
        }
        await service.close()
        #expect(inverter.givenUp.withLock { $0 } == 1 && inverter.requests.withLock { $0.count } == 1)
    }

    @Test(arguments: Erasure.allCases)
    func `an erasure takes the pictures of whom it erases, and no others`(
        _ erasure: Erasure
    ) async throws {
        let service = try await ServiceHarness.inverting()
        let anna = try await service.invert(ServiceHarness.anna)
        let bert = try await service.invert(#"{"gallery":"g","identity":"bert"}"#)
        let vector = FakeAnalyzer.embedding(person: 1, photograph: 0)
        let sent = try await service.invert(ServiceHarness.body(vector))
        for location in [anna, bert, sent] {
            _ = try await service.finished(location)
            #expect(try await service.get(location + "/image").status == 200)
        }
        #expect(try await service.send("DELETE", try await erasure.path(service)).status == 204)
        try await expectNoPicture(service, anna)
        let job = try await service.get(anna).json
        #expect(job["state"] == .string("succeeded"))
        #expect((job["parameters"]?["identity"] == nil) == (erasure != .face))
        let others = try await service.get(bert + "/image").status
        #expect(others == (erasure == .gallery ? 404 : 200))
        #expect(try await service.get(sent + "/image").status == 200, "nobody knows whose that is")
        await service.close()
    }

    @Test func `a picture comes over a socket as it is`() async throws {
        let folder = TemporaryFolder()
        let inverter = FakeInverter()
        let server = try await FaceServer.start(
            try ServiceHarness.configuration(folder, ["inversion.enabled": "true"]), analyzer: FakeAnalyzer(),
            inverter: { inverter }, logger: LogLines().logger)
        let port = try #require(server.addresses.first).port
        let body = Array(ServiceHarness.body(FakeAnalyzer.embedding(person: 3, photograph: 3)).utf8)
        let head = "Host: a\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        let started = try await exchange(port, Array("POST /admin/invert HTTP/1.1\r\n\(head)".utf8) + body)
        #expect(started.status == 202, "\(started.text)")
        let location = try #require(started.header("location"))
        _ = try await exchange(port, Array("GET \(location)/events HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let image = try await exchange(port, Array("GET \(location)/image HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let request = try #require(inverter.requests.withLock { $0.first })
        #expect(image.status == 200 && image.body == FakeInverter.image(of: request).png())
        #expect(image.header("content-type") == "image/png" && image.header("cache-control") == "no-store")
        await server.drain()
    }

    private func exchange(_ port: UInt16, _ bytes: [UInt8]) async throws -> RawHTTPClient.Response {
        try await onOwnThread {
            let client = try RawHTTPClient(port: port)
            try client.send(bytes)
            return try client.receiveResponse()
        }
    }
}
