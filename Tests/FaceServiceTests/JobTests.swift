import FaceService
import Foundation
import Gallery
import HTTP
import SubCenter
import TestKit
import Testing

struct JobTests {
    /// Ten photographs of a person and one of somebody else under the same name.
    private func ready() async throws -> (ServiceHarness, stranger: String) {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: Array(0..<10))
        let stranger = try await service.enrol("anna", person: 7, photographs: [0])[0]
        try await service.enrol("bert", person: 2, photographs: Array(0..<5))
        return (service, stranger)
    }

    private func purify(_ service: ServiceHarness, _ body: String = "{}") async throws -> JSONValue {
        let started = try await service.post("/admin/galleries/g/purify", json: body)
        try #require(started.status == 202, "\(started.text)")
        let location = try #require(started.headers.text(.location))
        let id = try #require(try started.json["id"]?.stringValue)
        #expect(location == "/admin/jobs/\(id)")
        // The stream ends with the job, so reading it to its end waits for the job.
        let events = try await service.get(location + "/events")
        #expect(events.headers.text(.contentType) == "text/event-stream")
        let last = try #require(events.text.components(separatedBy: "\n\n").dropLast().last)
        #expect(last.hasPrefix("event: done\ndata: "))
        let job = try await service.get(location).json
        let listed = try await service.get("/admin/jobs?limit=1").json["jobs"]?.arrayValue?.first
        #expect(try JSONParser.parse(Array(last.dropFirst("event: done\ndata: ".count).utf8)) == listed)
        try expectSummary(listed?["report"], of: job["report"])
        return job
    }

    /// Lists and events show a report without its long parts.
    private func expectSummary(_ summary: JSONValue?, of report: JSONValue?) throws {
        let members = try #require(report?.objectValue?.members)
        let long = ["per_identity", "possible_duplicates", "angles"]
        #expect(summary?.objectValue?.members == members.filter { !long.contains($0.key) })
        #expect(members.count == 12)
    }

    @Test func `purification sets a stranger aside, and restore puts it back`() async throws {
        let (service, stranger) = try await ready()
        let job = try await purify(service)
        #expect(job["state"] == .string("succeeded") && job["progress"]?.doubleValue == 1)
        let report = try #require(job["report"])
        #expect(report["faces"] == .integer(16) && report["quarantined"] == .integer(1))
        let anna = try #require(report["per_identity"]?.arrayValue?.first)
        #expect(anna["identity"] == .string("anna") && anna["ambiguous"] == .bool(false))
        #expect(anna["quarantined"]?.arrayValue == [.string(stranger)])
        let quarantine = try await service.get("/admin/galleries/g/quarantine").json["faces"]?.arrayValue
        #expect(quarantine?.count == 1)
        #expect(quarantine?[0]["face_id"] == .string(stranger) && quarantine?[0]["job"] == job["id"])
        #expect(quarantine?[0]["reason"]?.stringValue == "non_dominant")
        #expect(try #require(quarantine?[0]["angle_degrees"]?.doubleValue) > 60)
        let gone = try await service.post("/identify?gallery=g", image: FakeImage.png(person: 7)).json
        #expect(gone["faces"]?.arrayValue?[0]["unknown"] == .bool(true))
        let marked = try await service.get("/galleries/g/faces/\(stranger)").json
        #expect(marked["quarantined"] == .bool(true))
        let restored = try await service.post(
            "/admin/galleries/g/restore", json: "{\"job\":\(job["id"]!.jsonText())}"
        ).json
        #expect(restored["restored"]?.arrayValue == [.string(stranger)])
        let back = try await service.post("/identify?gallery=g", image: FakeImage.png(person: 7)).json
        #expect(back["faces"]?.arrayValue?[0]["unknown"] == .bool(false))
        await service.close()
    }

    @Test func `a dry run changes nothing and reports the same`() async throws {
        let (service, stranger) = try await ready()
        let dry = try await purify(service, "{\"dry_run\":true}")
        #expect(
            dry["report"]?["per_identity"]?.arrayValue?[0]["quarantined"]?.arrayValue == [.string(stranger)])
        #expect(try await service.get("/galleries/g").json["quarantined"] == .integer(0))
        let wet = try await purify(
            service, "{\"identities\":[\"anna\"],\"threshold_degrees\":\"auto\",\"seed\":5}")
        #expect(wet["state"] == .string("succeeded") && wet["report"]?["identities"] == .integer(1))
        #expect(wet["parameters"]?["threshold_degrees"] == .string("auto"))
        let byFace = try await service.post(
            "/admin/galleries/g/restore", json: "{\"face_ids\":[\"\(stranger)\"]}")
        #expect(byFace.status == 200)
        let jobs = try await service.get("/admin/jobs?limit=1").json
        #expect(jobs["jobs"]?.arrayValue?[0]["id"] == wet["id"] && jobs["next"]?.stringValue != nil)
        await service.close()
    }

    @Test(arguments: [
        ("{}", "evidence"), ("{\"method\":\"paper\"}", "paper"), ("{\"method\":\"trained\"}", "trained"),
        ("{\"threshold_degrees\":70}", "kmeans"), ("{\"sub_centers\":2}", "kmeans"),
        ("{\"method\":\"evidence\",\"merge_degrees\":50}", "evidence"),
        ("{\"threshold_degrees\":\"auto\"}", "evidence"),
    ])
    func `the method is the one named, else the one whose parameters are given`(
        body: String, method: String
    ) async throws {
        let (service, stranger) = try await ready()
        let job = try await purify(service, body)
        #expect(job["parameters"]?["method"] == .string(method))
        #expect(
            job["report"]?["per_identity"]?.arrayValue?[0]["quarantined"]?.arrayValue == [.string(stranger)])
        await service.close()
    }

    @Test func `the report is the same to the byte on one thread and on two`() async throws {
        let folder = TemporaryFolder()
        let filled = try await ServiceHarness(folder: folder)
        _ = try await filled.put("/galleries/g")
        for person in UInt8(0)..<12 {
            try await filled.enrol("p\(person)", person: person, photographs: Array(0..<6))
            try await filled.enrol("p\(person)", person: (person * 5 + 1) % 12, photographs: [7])
        }
        await filled.close()
        var reports: [[String]] = []
        for threads in ["1", "2"] {
            let service = try await ServiceHarness(settings: ["jobs.threads": threads], folder: folder)
            var texts: [String] = []
            for method in PurifyMethod.allCases {
                let job = try await purify(
                    service, "{\"method\":\"\(method.rawValue)\",\"dry_run\":true,\"seed\":3}")
                let members = try #require(job["report"]?.objectValue?.members)
                texts.append(JSONValue.object(JSONObject(members.filter { $0.key != "seconds" })).jsonText())
            }
            await service.close()
            reports.append(texts)
        }
        #expect(reports[0] == reports[1])
        #expect(reports[0].allSatisfy { $0.contains("\"faces\":84,") })
    }

    @Test func `one job a gallery at a time`() async throws {
        let (service, _) = try await ready()
        let store = service.service.application.store
        let job = try await store.createJob(kind: "purify", gallery: GalleryName("g"), parameters: .empty)
        let second = try await service.post("/admin/galleries/g/purify", json: "{}")
        #expect(second.status == 409 && second.code == "job_running")
        let cancelled = try await service.send("DELETE", "/admin/jobs/\(job.id.text)")
        #expect(cancelled.status == 200)
        #expect(try cancelled.json["state"] == .string("cancelled"))
        let again = try await service.send("DELETE", "/admin/jobs/\(job.id.text)")
        #expect(again.status == 409 && again.code == "job_finished")
        let events = try await service.get("/admin/jobs/\(job.id.text)/events")
        #expect(events.text.hasPrefix("event: done\n"))
        #expect(try await purify(service)["state"] == .string("succeeded"))
        await service.close()
    }

    @Test(arguments: [
        ("{\"sub_centers\":0}", "sub_centers"), ("{\"sub_centers\":2.5}", "sub_centers"),
        ("{\"threshold_degrees\":0}", "threshold_degrees"),
        ("{\"threshold_degrees\":\"car\"}", "threshold_degrees"),
        ("{\"method\":\"magic\"}", "method"),
        ("{\"merge_degrees\":-1}", "merge_degrees"), ("{\"seed\":-1}", "seed"), ("{\"bogus\":1}", "bogus"),
        ("{\"identities\":[1]}", "identities"), ("{\"dry_run\":1}", "dry_run"),
    ])
    func `a wrong parameter is named`(body: String, name: String) async throws {
        let (service, _) = try await ready()
        let answer = try await service.post("/admin/galleries/g/purify", json: body)
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        #expect(answer.text.contains("'\(name)'"), "\(answer.text)")
        #expect(try await service.get("/admin/jobs").json["jobs"]?.arrayValue == [])
        await service.close()
    }

    @Test func `what is not there is told`() async throws {
        let (service, _) = try await ready()
        let unknown = "00000000-0000-4000-8000-000000000000"
        for (answer, code) in [
            (try await service.post("/admin/galleries/zz/purify", json: "{}"), "gallery_not_found"),
            (
                try await service.post("/admin/galleries/g/purify", json: "{\"identities\":[\"zz\"]}"),
                "identity_not_found"
            ),
            (try await service.get("/admin/jobs/\(unknown)"), "job_not_found"),
            (try await service.get("/admin/jobs/nonsense"), "job_not_found"),
            (try await service.get("/admin/jobs/\(unknown)/events"), "job_not_found"),
            (try await service.send("DELETE", "/admin/jobs/\(unknown)"), "job_not_found"),
            (try await service.get("/admin/galleries/zz/quarantine"), "gallery_not_found"),
            (
                try await service.post("/admin/galleries/g/restore", json: "{\"job\":\"\(unknown)\"}"),
                "job_not_found"
            ),
            (
                try await service.post("/admin/galleries/g/restore", json: "{\"face_ids\":[\"\(unknown)\"]}"),
                "face_id_not_found"
            ),
            (
                try await service.post("/admin/galleries/g/restore", json: "{\"face_ids\":[\"x\"]}"),
                "face_id_not_found"
            ),
        ] {
            #expect(answer.status == 404 && answer.code == code, "\(answer.text)")
        }
        for body in ["{}", "{\"face_ids\":[],\"job\":\"\(unknown)\"}"] {
            let answer = try await service.post("/admin/galleries/g/restore", json: body)
            #expect(answer.status == 400 && answer.code == "parameter_invalid")
        }
        await service.close()
    }
}
