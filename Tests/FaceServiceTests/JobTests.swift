import CSQLite
import Encodings
import FaceService
import Foundation
import Gallery
import HTTP
import Locks
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
        let pieces = events.text.components(separatedBy: "\n\n").dropLast()
        for piece in pieces where piece.hasPrefix("event: progress") {
            #expect(piece.contains("\"finished_at\":null"))
        }
        let last = try #require(pieces.last)
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
        #expect(members.count == 14)
    }

    /// Another program holds the database while the job ends.
    @Test func `the end of a job that could not be written is written later`() async throws {
        let folder = TemporaryFolder()
        let configuration = try ServiceHarness.configuration(folder)
        var options = StoreOptions()
        options.busyTimeoutMilliseconds = 1
        let path = folder.path + "/faces.db"
        let store = try await GalleryStore.open(path: path, options: options)
        let application = FaceApplication(
            recognition: FaceRecognition(analyzer: FakeAnalyzer(), configuration: configuration),
            store: store,
            configuration: configuration)
        let gallery = try GalleryName("g")
        let model = ModelContract(name: "m", fingerprint: "f", preprocessing: "p", dimension: 8)
        _ = try await store.putGallery(gallery, model: model)
        let other = OtherProgram(path)
        application.jobs.report { _, _ in other.leave() }
        let job = try await application.jobs.enqueue(.purify, on: gallery, .object(JSONObject())) { _ in
            other.hold()
            throw PurifyError.cancelled
        }
        try await until { try await store.job(job.id).state.isFinal }
        #expect(other.wasInTheWay)
        #expect(try await store.job(job.id).state == .cancelled)
        await application.close()
    }

    /// A connection to a database from outside, which holds its write lock from `hold` to `leave`. Unchecked:
    /// SQLite's own lock makes the connection safe from any thread, and the flag is behind one.
    private final class OtherProgram: @unchecked Sendable {
        private var connection: OpaquePointer?
        private let hasLeft = Locked(false)

        var wasInTheWay: Bool { hasLeft.withLock { $0 } }

        init(_ path: String) {
            let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX
            #expect(sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK)
        }

        deinit { sqlite3_close(connection) }

        func hold() { #expect(sqlite3_exec(connection, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK) }

        func leave() {
            sqlite3_exec(connection, "ROLLBACK", nil, nil, nil)
            hasLeft.withLock { $0 = true }
        }
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

    /// The start lets them pass, so the jobs must.
    @Test func `a stored embedding that is a little too long keeps no job from its end`() async throws {
        let (service, stranger) = try await ready()
        let application = service.service.application
        let long = FakeAnalyzer.embedding(person: 1, photograph: 11).map { $0 * 1.005 }
        _ = try await application.store.enroll(
            [NewFace(embedding: long)], as: IdentityName("anna"), in: GalleryName("g"),
            model: application.modelContract)
        let job = try await purify(service)
        #expect(job["state"] == .string("succeeded") && job["report"]?["faces"] == .integer(17))
        #expect(
            job["report"]?["per_identity"]?.arrayValue?[0]["quarantined"]?.arrayValue == [.string(stranger)])
        let started = try await service.post("/admin/galleries/g/calibrate", json: "{}")
        let location = try #require(started.headers.text(.location))
        _ = try await service.get(location + "/events")
        #expect(try await service.get(location).json["state"] == .string("succeeded"))
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
        ("{\"method\":\"paper\",\"threshold_degrees\":70}", "paper"),
        ("{\"threshold_degrees\":\"auto\"}", "evidence"),
        ("{\"method\":\"evidence\",\"threshold_degrees\":\"auto\"}", "evidence"),
        ("{\"sub_centers\":3,\"threshold_degrees\":\"auto\",\"merge_degrees\":60}", "kmeans"),
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

    @Test(arguments: [
        ("{}", ["method", "dry_run", "seed"]),
        ("{\"method\":\"paper\"}", ["method", "sub_centers", "threshold_degrees", "dry_run", "seed"]),
        (
            "{\"merge_degrees\":50}",
            ["method", "sub_centers", "threshold_degrees", "merge_degrees", "dry_run", "seed"]
        ),
        ("{\"threshold_degrees\":\"auto\"}", ["method", "threshold_degrees", "dry_run", "seed"]),
    ])
    func `a job shows the parameters that its method goes by`(body: String, names: [String]) async throws {
        let (service, _) = try await ready()
        let job = try await purify(service, body)
        #expect(job["parameters"]?.objectValue?.members.map(\.key) == names)
        await service.close()
    }

    @Test(
        arguments: [
            ("{\"threshold_degrees\":70}", 70.0, "given"),
            ("{\"method\":\"kmeans\",\"threshold_degrees\":\"auto\"}", 75, "default"), ("{}", nil, "default"),
        ] as [(String, Double?, String)])
    func `a report tells where its threshold came from`(
        body: String, degrees: Double?, source: String
    ) async throws {
        let (service, _) = try await ready()
        let report = try #require(try await purify(service, body)["report"])
        #expect(report["threshold_source"] == .string(source))
        if let degrees { #expect(report["threshold_degrees"]?.doubleValue == degrees) }
        let trials = try #require(report["threshold_trials"]?["genuine"]?.integerValue)
        // Of sixteen faces there is a score each, less than what is believed beforehand weighs.
        #expect(body == "{}" ? (1...16).contains(trials) : trials == 0)
        await service.close()
    }

    /// A gallery whose purification takes its time.
    private func busy() async throws -> (ServiceHarness, job: String) {
        let service = try await ServiceHarness()
        let store = service.service.application.store
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: Array(0..<5))
        // Nobody works on this one, so that it is under way for as long as the test likes.
        let job = try await store.createJob(kind: .purify, gallery: GalleryName("g"), parameters: .empty)
        return (service, job.id.text)
    }

    @Test func `a gallery made anew knows nothing of its predecessor's job`() async throws {
        let (service, job) = try await busy()
        #expect(try await service.post("/admin/galleries/g/purify", json: "{}").status == 409)
        #expect(try await service.send("DELETE", "/galleries/g").status == 204)
        let ended = try await service.get("/admin/jobs/\(job)").json
        #expect(ended["state"] == .string("cancelled"))
        #expect(ended["error"] == .string("its gallery was deleted"))
        _ = try await service.put("/galleries/g")
        #expect(try await purify(service)["state"] == .string("succeeded"))
        await service.close()
    }

    @Test func `a job that waits for its turn goes with its gallery and does not run on the next one`()
        async throws
    {
        let (service, stranger) = try await ready()
        let jobs = service.service.application.jobs
        let gate = Locked<CheckedContinuation<Void, Never>?>(nil)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        _ = try await service.put("/galleries/first")
        _ = try await jobs.enqueue(.purify, on: try GalleryName("first"), .object([:])) { id in
            await withCheckedContinuation { continuation in
                gate.withLock { $0 = continuation }
                enter.yield()
            }
            _ = try await service.service.application.store.finishJob(id, .succeeded(report: nil))
        }
        for await _ in entered { break }
        let waiting = try await service.post("/admin/galleries/g/purify", json: "{}").json
        let id = try #require(waiting["id"]?.stringValue)
        #expect(try await service.send("DELETE", "/galleries/g").status == 204)
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: Array(0..<10))
        try await service.enrol("anna", person: 7, photographs: [0])
        // Who listens to it hears of its end at once.
        #expect(try await service.get("/admin/jobs/\(id)/events").text.hasPrefix("event: done\n"))
        gate.withLock { $0.take() }?.resume()
        #expect(try await purify(service, "{\"dry_run\":true}")["state"] == .string("succeeded"))
        #expect(try await service.get("/admin/jobs/\(id)").json["state"] == .string("cancelled"))
        #expect(try await service.get("/galleries/g").json["quarantined"] == .integer(0))
        #expect(!stranger.isEmpty)
        await service.close()
    }

    @Test func `a gallery of more vectors than a purification may hold fails it, and the setting is named`()
        async throws
    {
        let service = try await ServiceHarness(settings: ["jobs.max_vector_bytes": "1024"])
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: Array(0..<40))
        let started = try await service.post("/admin/galleries/g/purify", json: "{}")
        let location = try #require(started.headers.text(.location))
        _ = try await service.get(location + "/events")
        let job = try await service.get(location).json
        #expect(job["state"] == .string("failed") && job["report"] == .null)
        #expect(job["error"]?.stringValue?.contains("jobs.max_vector_bytes allows 1024") == true)
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
        let job = try await store.createJob(kind: .purify, gallery: GalleryName("g"), parameters: .empty)
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
        ("{\"method\":\"evidence\",\"merge_degrees\":50}", "merge_degrees"),
        ("{\"method\":\"evidence\",\"sub_centers\":5}", "sub_centers"),
        ("{\"method\":\"evidence\",\"threshold_degrees\":10}", "threshold_degrees"),
        ("{\"method\":\"paper\",\"merge_degrees\":50}", "merge_degrees"),
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
