import Encodings
import FaceService
import Gallery
import HTTP
import TestKit
import Testing

struct CalibrationTests {
    /// People of five photographs each, some of them near-duplicates: 36 of them give over 10,000 impostor
    /// trials.
    private func ready(people: Int = 36) async throws -> ServiceHarness {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        for person in 0..<people {
            try await service.enrol("p\(person)", person: UInt8(person), photographs: Array(0..<5))
        }
        return service
    }

    private func calibrate(_ service: ServiceHarness, _ body: String = "{}") async throws -> JSONValue {
        let started = try await service.post("/admin/galleries/g/calibrate", json: body)
        try #require(started.status == 202, "\(started.text)")
        let location = try #require(started.headers.text(.location))
        _ = try await service.get(location + "/events")
        return try await service.get(location).json
    }

    private func point(_ job: JSONValue, _ rate: Double) throws -> JSONValue {
        let points = try #require(job["report"]?["thresholds"]?.arrayValue)
        return try #require(points.first { $0["fmr"]?.doubleValue == rate })
    }

    @Test func `a job that failed shows how far it had come`() async throws {
        let service = try await ready(people: 3)
        let job = try await calibrate(service, "{\"apply\":1e-6}")
        #expect(job["state"] == .string("failed"))
        // All was counted; only then it turned out that there is too little.
        #expect(job["progress"] == .integer(1))
        let listed = try await service.get("/admin/jobs").json["jobs"]?.arrayValue?.first
        #expect(listed?["progress"] == .integer(1))
        await service.close()
    }

    @Test func `a report tells scores, thresholds and where there are too few trials`() async throws {
        let service = try await ready()
        let job = try await calibrate(service)
        #expect(job["kind"] == .string("calibrate") && job["state"] == .string("succeeded"))
        let report = try #require(job["report"])
        #expect(report["identities"] == .integer(36) && report["faces"] == .integer(180))
        let photographs = try #require(report["photographs"]?.integerValue)
        let genuine = try #require(report["genuine"]?["trials"]?.integerValue)
        let trials = try #require(report["impostor"]?["trials"]?.integerValue)
        #expect(photographs <= 180 && genuine <= 36 * 10 && trials >= 10_000)
        #expect(genuine + trials == photographs * (photographs - 1) / 2)
        #expect(try #require(report["genuine"]?["mean"]?.doubleValue) > 0.9)
        let bars = try #require(report["histogram"]?["impostor"]?.arrayValue)
        #expect(bars.count == 200 && bars.compactMap(\.integerValue).reduce(0, +) == trials)
        let found = try point(job, 1e-3)
        let threshold = try #require(found["threshold"]?.doubleValue)
        #expect(threshold > 0.2 && threshold < 0.9 && found["tmr"] == .integer(1))
        #expect(found["trials"] == .integer(trials))
        #expect(try #require(found["false_matches"]?.integerValue) <= trials / 1000)
        let missing = try point(job, 1e-4)
        #expect(missing["threshold"] == nil && missing["code"] == .string("insufficient_data"))
        #expect(
            missing["detail"]?.stringValue?.contains("needs 100000 impostor trials, there are \(trials)")
                == true)
        #expect(report["applied"] == .null && report["threshold_before"] == .null)
        #expect(report["sampled"] == .bool(photographs < 180))
        #expect(try await service.get("/galleries/g").json["calibration"] == .null)
        await service.close()
    }

    @Test(arguments: [(36, "{}"), (36, "{\"apply\":0.001}"), (4, "{\"apply\":0.001}")])
    func `lists and events show a report without histograms and duplicates`(
        people: Int, body: String
    ) async throws {
        let service = try await ready(people: people)
        let report = try #require(try await calibrate(service, body)["report"]?.objectValue)
        #expect(report["histogram"] != nil && report["possible_duplicates"] != nil)
        let listed = try await service.get("/admin/jobs").json["jobs"]?.arrayValue?.first
        let long = ["histogram", "possible_duplicates"]
        #expect(
            listed?["report"]?.objectValue?.members == report.members.filter { !long.contains($0.key) })
        await service.close()
    }

    @Test func `a threshold that is applied is what identify and verify go by, until it is cleared`()
        async throws
    {
        let service = try await ready()
        let job = try await calibrate(service, "{\"apply\":0.001}")
        let threshold = try #require(try point(job, 1e-3)["threshold"]?.doubleValue)
        #expect(job["report"]?["applied"]?["threshold"]?.doubleValue == threshold)
        let gallery = try await service.get("/galleries/g").json
        #expect(gallery["calibration"]?["threshold"]?.doubleValue == threshold)
        #expect(gallery["calibration"]?["fmr"]?.doubleValue == 1e-3)
        #expect(gallery["calibration"]?["job"] == job["id"])
        #expect(gallery["model"]?["threshold"]?.doubleValue == threshold)
        func thresholds() async throws -> [Double?] {
            let image = FakeImage.png(person: 3, photograph: 9)
            let identified = try await service.post("/identify?gallery=g", image: image).json
            let verified = try await service.post("/verify?gallery=g&identity=p3", image: image).json
            return [identified["threshold"]?.doubleValue, verified["threshold"]?.doubleValue]
        }
        #expect(try await thresholds() == [threshold, threshold])
        let again = try await calibrate(service)
        #expect(again["report"]?["threshold_before"]?.doubleValue == threshold)
        #expect(try await service.send("DELETE", "/admin/galleries/g/threshold").status == 204)
        #expect(try await thresholds() == [0.5, 0.5])
        await service.close()
    }

    @Test func `a rate of the caller's own is looked for too`() async throws {
        let service = try await ready()
        let job = try await calibrate(service, "{\"apply\":0.005}")
        #expect(job["state"] == .string("succeeded") && job["parameters"]?["apply"]?.doubleValue == 0.005)
        let rates = job["report"]?["thresholds"]?.arrayValue?.compactMap { $0["fmr"]?.doubleValue }
        #expect(rates == [0.01, 0.005, 0.001, 1e-4, 1e-5, 1e-6])
        #expect(try await service.get("/galleries/g").json["calibration"]?["fmr"]?.doubleValue == 0.005)
        await service.close()
    }

    @Test func `what there are too few trials for is not applied, and the report says why`() async throws {
        let service = try await ready(people: 4)
        let job = try await calibrate(service, "{\"apply\":0.001}")
        #expect(job["state"] == .string("failed"))
        #expect(
            job["error"]?.stringValue?.hasPrefix("nothing was applied: a false match rate of 0.001 needs")
                == true)
        #expect(job["report"]?["impostor"]?["trials"] == .integer(150))
        #expect(job["report"]?["applied"] == .null)
        #expect(try await service.get("/galleries/g").json["calibration"] == .null)
        await service.close()
    }

    @Test func `an empty gallery has nothing to go by`() async throws {
        let service = try await ready(people: 0)
        let job = try await calibrate(service)
        #expect(job["state"] == .string("succeeded") && job["report"]?["faces"] == .integer(0))
        #expect(try point(job, 1e-2)["code"] == .string("insufficient_data"))
        await service.close()
    }

    @Test(arguments: [
        ("{\"apply\":0}", "apply"), ("{\"apply\":1}", "apply"), ("{\"apply\":\"1e-3\"}", "apply"),
        ("{\"seed\":-1}", "seed"), ("{\"fmr\":0.1}", "fmr"),
    ])
    func `a wrong parameter is named`(body: String, name: String) async throws {
        let service = try await ready(people: 0)
        let answer = try await service.post("/admin/galleries/g/calibrate", json: body)
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        #expect(answer.text.contains("'\(name)'"), "\(answer.text)")
        await service.close()
    }

    @Test func `it is a job among the others`() async throws {
        let service = try await ready(people: 0)
        let store = service.service.application.store
        let other = try await store.createJob(kind: .purify, gallery: GalleryName("g"), parameters: .empty)
        let second = try await service.post("/admin/galleries/g/calibrate", json: "{}")
        #expect(second.status == 409 && second.code == "job_running")
        _ = try await store.finishJob(other.id, .cancelled)
        for (method, target) in [
            ("POST", "/admin/galleries/zz/calibrate"), ("DELETE", "/admin/galleries/zz/threshold"),
        ] {
            let missing = try await service.send(method, target)
            #expect(missing.status == 404 && missing.code == "gallery_not_found")
        }
        await service.close()
    }
}
