import Encodings
import FaceService
import HTTP
import TestKit
import Testing

struct OperationsTests {
    @Test func `health, models and metrics answer`() async throws {
        let service = try await ServiceHarness()
        #expect(try await service.get("/healthz").json["status"] == .string("ok"))
        let models = try await service.get("/models").json
        #expect(models["detector"]?["name"] == .string("fake-detector"))
        #expect(models["recognizer"]?["input"] == .object(["width": .integer(16), "height": .integer(16)]))
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: [0, 1])
        _ = try await service.get("/galleries/zz")
        let metrics = try await service.get("/metrics")
        #expect(metrics.headers.text(.contentType)?.hasPrefix("text/plain; version=0.0.4") == true)
        for line in [
            "arcface_gallery_faces{gallery=\"g\"} 2", "arcface_gallery_identities{gallery=\"g\"} 1",
            "arcface_inference_admitted 0", "arcface_build_info{version=\"\(ServiceVersion.current)\"} 1",
            "arcface_problems_total{code=\"gallery_not_found\"} 1", "arcface_jobs_active 0",
            "arcface_stage_seconds_count{stage=\"embed\"} 1", "process_resident_memory_bytes ",
        ] {
            #expect(metrics.text.contains(line), "\(line)")
        }
        await service.close()
    }

    @Test func `readiness tells what is missing`() async throws {
        let service = try await ServiceHarness()
        // Nobody ran the self-test: that is the work of the server's start.
        let answer = try await service.get("/readyz")
        #expect(answer.status == 503 && answer.code == "unavailable")
        #expect(try answer.json["checks"]?["database"] == .string("ok"))
        #expect(try answer.json["checks"]?["models"]?.stringValue?.contains("self-test") == true)
        await service.close()
    }

    @Test func `a full queue answers 503 with Retry-After at once`() async throws {
        let gate = Gate()
        let service = try await ServiceHarness(
            analyzer: FakeAnalyzer(gate: gate),
            settings: ["inference.workers": "1", "inference.queue_limit": "1"])
        let busy = (0..<2).map { _ in
            Task { try await service.post("/detect", image: FakeImage.png()).status }
        }
        try await gate.waitForArrivals(1)
        await until { service.service.application.recognition.queue.depth.admitted >= 2 }
        let refused = try await service.post("/detect", image: FakeImage.png())
        #expect(refused.status == 503 && refused.code == "overloaded")
        #expect(Int(try #require(refused.headers.text(.retryAfter))) != nil)
        gate.open()
        for task in busy { #expect(try await task.value == 200) }
        await service.close()
    }

    @Test func `the log holds no names, neither of people nor of galleries`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/secretgallery")
        try await service.enrol("secretname", in: "secretgallery", person: 1, photographs: [0])
        _ = try await service.get("/galleries/secretgallery/identities/othersecret")
        #expect(!service.lines.text.contains("secret"))
        await service.close()
    }
}
