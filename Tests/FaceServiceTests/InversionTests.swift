import Encodings
import FaceService
import Faces
import Gallery
import HTTP
import Imaging
import Locks
import TestKit
import Testing

/// Jobs that make pictures of embeddings.
struct InversionTests {
    private static let vector = FakeAnalyzer.embedding(person: 9, photograph: 9)

    @Test func `it is off unless switched on, and the refusal tells how`() async throws {
        let calls = Locked(0)
        let service = try await ServiceHarness(inverter: {
            calls.withLock { $0 += 1 }
            return FakeInverter()
        })
        for answer in [
            try await service.post("/admin/invert", json: ServiceHarness.body(Self.vector)),
            try await service.post("/admin/invert", json: "{"),
            try await service.get("/admin/jobs/00000000-0000-4000-8000-000000000000/image"),
        ] {
            #expect(answer.status == 403 && answer.code == "disabled")
            #expect(answer.text.contains("inversion.enabled"), "\(answer.text)")
            #expect(answer.text.contains("ARCFACE_INVERSION_ENABLED=true"))
        }
        #expect(calls.withLock { $0 } == 0)
        #expect(try await service.get("/admin/jobs").json["jobs"]?.arrayValue == [])
        await service.close()
    }

    @Test func `a build that can't invert says so`() async throws {
        let service = try await ServiceHarness(settings: ["inversion.enabled": "true"])
        let answer = try await service.post("/admin/invert", json: ServiceHarness.body(Self.vector))
        #expect(answer.status == 501 && answer.code == "not_implemented")
        await service.close()
    }

    @Test func `an embedding becomes a picture, and nowhere is the embedding kept`() async throws {
        let inverter = FakeInverter()
        let service = try await ServiceHarness.inverting(inverter)
        let location = try await service.invert(
            ServiceHarness.body(Self.vector, more: ",\"iterations\":300,\"seed\":7"))
        let job = try await service.finished(location)
        #expect(job["kind"] == .string("invert") && job["gallery"] == .null && job["error"] == .null)
        #expect(job["state"] == .string("succeeded") && job["progress"]?.doubleValue == 1)
        #expect(
            job["parameters"]?.jsonText() == #"{"source":"embedding","iterations":300,"seed":7}"#)
        let report = try #require(job["report"]?.objectValue)
        let names = [
            "similarity", "embedding_loss", "statistics_loss", "iterations", "seconds", "width", "height",
        ]
        #expect(report.members.map(\.key) == names)
        #expect(report["similarity"] == .number(0.875) && report["iterations"] == .integer(300))
        #expect(report["width"] == .integer(12) && report["height"] == .integer(8))
        let schema = try await service.get("/openapi.json").json["components"]?["schemas"]?["InversionReport"]
        #expect(schema?["required"]?.arrayValue?.compactMap(\.stringValue) == names)

        let request = InversionRequest(embedding: Self.vector, norm: nil, iterations: 300, seed: 7)
        #expect(inverter.requests.withLock { $0 } == [request])
        let image = try await service.get(location + "/image")
        #expect(image.status == 200 && image.bytes == FakeInverter.image(of: request).png())
        #expect(image.headers.text(.contentType) == "image/png")
        #expect(image.headers.text(.cacheControl) == "no-store")
        #expect(try await service.get("/admin/jobs").json["jobs"]?.arrayValue == [job])
        await service.close()
    }

    @Test func `a length that is nearly 1 is scaled, and base64 says the same as numbers`() async throws {
        let inverter = FakeInverter()
        let service = try await ServiceHarness.inverting(inverter)
        _ = try await service.finished(
            try await service.invert(ServiceHarness.body(Self.vector.map { $0 * 1.005 })))
        let base64 = try await service.get("/galleries/g/identities/anna/faces").json["faces"]?.arrayValue?[0]
        let face = try #require(base64?["face_id"]?.stringValue)
        let path = "/galleries/g/faces/\(face)?embedding=true"
        let text = try await service.get(path + "&embedding_format=base64").json["embedding"]?.jsonText()
        _ = try await service.finished(
            try await service.invert("{\"embedding\":\(try #require(text))}"))
        let requests = inverter.requests.withLock { $0 }
        for (given, wanted) in zip(requests[0].embedding, Self.vector) { #expect(abs(given - wanted) < 1e-6) }
        #expect(requests[1].embedding == FakeAnalyzer.embedding(person: 1, photograph: 0))
        #expect(requests.map(\.iterations) == [500, 500] && requests.map(\.seed) == [0, 0])
        await service.close()
    }

    @Test func `an identity becomes a picture of the mean of its searched faces`() async throws {
        let inverter = FakeInverter()
        let service = try await ServiceHarness.inverting(inverter)
        let location = try await service.invert(ServiceHarness.anna)
        let job = try await service.finished(location)
        #expect(job["state"] == .string("succeeded") && job["gallery"] == .string("g"))
        #expect(
            job["parameters"]?.jsonText()
                == #"{"source":"identity","identity":"anna","iterations":500,"seed":0}"#)
        let request = try #require(inverter.requests.withLock { $0.first })
        #expect(request.norm == 20)
        let photographs = (0..<10).map { FakeAnalyzer.embedding(person: 1, photograph: UInt8($0)) }
        let sum = photographs[0].indices.map { index in photographs.reduce(0) { $0 + $1[index] } }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for (given, wanted) in zip(request.embedding, sum) { #expect(abs(given - wanted / length) < 1e-5) }
        #expect(
            try await service.get(location + "/image").bytes == FakeInverter.image(of: request).png())
        await service.close()
    }

    @Test(arguments: [
        ("{}", "embedding"), ("{\"embedding\":null}", "embedding"), ("{\"embedding\":7}", "embedding"),
        ("{\"embedding\":[\"a\"]}", "embedding"), ("{\"embedding\":\"%\"}", "embedding"),
        ("{\"embedding\":[1],\"gallery\":\"g\",\"identity\":\"anna\"}", "gallery"),
        ("{\"embedding\":[1],\"identity\":\"anna\"}", "identity"),
        ("{\"gallery\":\"g\"}", "identity"), ("{\"identity\":\"anna\"}", "gallery"),
        ("{\"gallery\":\"a/b\",\"identity\":\"anna\"}", "gallery"),
        ("{\"gallery\":\"g\",\"identity\":\"\"}", "identity"),
        ("{\"gallery\":\"g\",\"identity\":7}", "identity"),
        ("{\"gallery\":\"g\",\"identity\":\"a\\u0000\"}", "identity"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"iterations\":0}", "iterations"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"iterations\":2001}", "iterations"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"iterations\":1.5}", "iterations"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"seed\":-1}", "seed"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"seed\":\"1\"}", "seed"),
        ("{\"gallery\":\"g\",\"identity\":\"anna\",\"bogus\":1}", "bogus"),
    ])
    func `a wrong parameter is named`(body: String, name: String) async throws {
        let service = try await ServiceHarness.inverting()
        let answer = try await service.post("/admin/invert", json: body)
        #expect(answer.status == 400 && answer.code == "parameter_invalid", "\(answer.text)")
        #expect(answer.text.contains("'\(name)'"), "\(answer.text)")
        #expect(try await service.get("/admin/jobs").json["jobs"]?.arrayValue == [])
        await service.close()
    }

    @Test func `an embedding is held to the model, an identity to what there is`() async throws {
        let service = try await ServiceHarness.inverting()
        _ = try await service.put("/galleries/g/identities/nobody")
        let endless = Self.vector.dropFirst().map { "\($0)" }.joined(separator: ",")
        for (body, status, code) in [
            (ServiceHarness.body([1, 0]), 422, "embedding_invalid"),
            (ServiceHarness.body(Self.vector.map { $0 * 2 }), 422, "embedding_invalid"),
            ("{\"embedding\":[1e39,\(endless)]}", 422, "embedding_invalid"),
            (#"{"gallery":"zz","identity":"anna"}"#, 404, "gallery_not_found"),
            (#"{"gallery":"g","identity":"zz"}"#, 404, "identity_not_found"),
            (#"{"gallery":"g","identity":"nobody"}"#, 422, "face_not_found"),
            ("[]", 400, "json_invalid"), ("{", 400, "json_invalid"),
        ] {
            let answer = try await service.post("/admin/invert", json: body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
        let form = try await service.send("POST", "/admin/invert", body: [1], type: "image/png")
        #expect(form.status == 415)
        #expect(try await service.get("/admin/jobs").json["jobs"]?.arrayValue == [])
        await service.close()
    }

    @Test func `a gallery of another model is refused`() async throws {
        let folder = TemporaryFolder()
        let first = try await ServiceHarness(folder: folder)
        _ = try await first.put("/galleries/g")
        try await first.enrol("anna", person: 1, photographs: [0])
        await first.close()
        let service = try await ServiceHarness(
            analyzer: FakeAnalyzer(fingerprint: String(repeating: "ef", count: 32)),
            settings: ["inversion.enabled": "true"], folder: folder, inverter: { FakeInverter() })
        let answer = try await service.post("/admin/invert", json: ServiceHarness.anna)
        #expect(answer.status == 409 && answer.code == "model_mismatch")
        await service.close()
    }

    @Test func `the setting bounds the iterations, the default among them`() async throws {
        let inverter = FakeInverter()
        let service = try await ServiceHarness.inverting(
            inverter, settings: ["inversion.max_iterations": "40"])
        _ = try await service.finished(try await service.invert(ServiceHarness.anna))
        #expect(inverter.requests.withLock { $0.map(\.iterations) } == [40])
        let more = try await service.post(
            "/admin/invert", json: #"{"gallery":"g","identity":"anna","iterations":41}"#)
        #expect(more.status == 400 && more.text.contains("from 1 to 40"))
        await service.close()
    }

    @Test func `the network is loaded by the first job, once, and again where that failed`() async throws {
        let calls = Locked(0)
        let service = try await ServiceHarness(settings: ["inversion.enabled": "true"]) {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call == 1 { throw FakeInverter.Broken() }
            return FakeInverter()
        }
        #expect(calls.withLock { $0 } == 0)
        let failed = try await service.finished(
            try await service.invert(ServiceHarness.body(Self.vector)))
        #expect(failed["state"] == .string("failed") && failed["report"] == .null)
        for _ in 0..<2 {
            let job = try await service.finished(
                try await service.invert(ServiceHarness.body(Self.vector)))
            #expect(job["state"] == .string("succeeded"))
        }
        #expect(calls.withLock { $0 } == 2)
        #expect(service.lines.text.contains("\"event\":\"job_failed\""))
        await service.close()
    }

    @Test func `what is no picture is told`() async throws {
        let gate = Gate()
        let service = try await ServiceHarness.inverting(FakeInverter(end: .fails, gate: gate))
        let location = try await service.invert(ServiceHarness.anna)
        try await gate.waitForArrivals(1)
        let unknown = "/admin/jobs/00000000-0000-4000-8000-000000000000"
        for path in [unknown, "/admin/jobs/nonsense"] {
            let answer = try await service.get(path + "/image")
            #expect(answer.status == 404 && answer.code == "job_not_found")
        }
        let running = try await service.get(location + "/image")
        #expect(running.status == 404 && running.code == "image_not_found")
        #expect(running.text.contains("the job is running"))
        gate.open()
        #expect(try await service.finished(location)["state"] == .string("failed"))
        let failed = try await service.get(location + "/image")
        #expect(failed.code == "image_not_found" && failed.text.contains("the job is failed"))
        let purify = try await service.post("/admin/galleries/g/purify", json: "{}")
        let other = try await service.get(try #require(purify.headers.text(.location)) + "/image")
        #expect(other.code == "image_not_found" && other.text.contains("'purify'"))
        await service.close()
    }
}
