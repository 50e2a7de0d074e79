import Encodings
import FaceService
import Foundation
import Gallery
import HTTP
import TestKit
import Testing

struct GalleryRouteTests {
    @Test func `a gallery is created once, read, listed and deleted`() async throws {
        let service = try await ServiceHarness()
        let created = try await service.send(
            "PUT", "/galleries/staff", body: Array("{\"description\":\"Staff\",\"metadata\":{\"a\":1}}".utf8),
            type: "application/json")
        #expect(created.status == 201)
        let again = try await service.put("/galleries/staff")
        #expect(again.status == 200)
        let gallery = try await service.get("/galleries/staff").json
        #expect(gallery["name"] == .string("staff") && gallery["description"] == .string("Staff"))
        #expect(gallery["metadata"] == .object(["a": .integer(1)]))
        #expect(gallery["model"]?["fingerprint"] == .string(FakeAnalyzer().fingerprint))
        for name in ["identities", "faces", "quarantined"] { #expect(gallery[name] == .integer(0)) }
        for name in ["created_at", "updated_at"] {
            #expect(gallery[name]?.stringValue?.hasSuffix("Z") == true)
        }
        #expect(try await service.get("/galleries").json["galleries"]?.arrayValue?.count == 1)
        #expect(try await service.send("DELETE", "/galleries/staff").status == 204)
        let gone = try await service.get("/galleries/staff")
        #expect(gone.status == 404 && gone.code == "gallery_not_found")
        #expect(try await service.send("DELETE", "/galleries/staff").status == 404)
        await service.close()
    }

    @Test(arguments: ["a%20b", "a%2Fb", "%C3%A9", String(repeating: "a", count: 129)])
    func `a name outside of the rule is refused`(name: String) async throws {
        let service = try await ServiceHarness()
        let answer = try await service.put("/galleries/\(name)")
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        await service.close()
    }

    @Test func `no gallery is made of a name that clients take out of paths`() async throws {
        let service = try await ServiceHarness()
        for (path, name) in [("%2E", "."), ("%2E%2E", "..")] {
            let answer = try await service.put("/galleries/\(path)")
            #expect(answer.status == 400 && answer.code == "parameter_invalid", "\(answer.text)")
            #expect(
                try answer.json["detail"]?.stringValue?.contains("clients take \"\(name)\" out of paths")
                    == true)
            #expect(try await service.get("/galleries/\(path)").code == "gallery_not_found")
        }
        #expect(try await service.put("/galleries/...").status == 201)
        await service.close()
    }

    @Test func `an empty description is none`() async throws {
        let service = try await ServiceHarness()
        func put(_ body: String) async throws -> JSONValue? {
            try await service.send(
                "PUT", "/galleries/g", body: Array(body.utf8), type: "application/json"
            ).json["description"]
        }
        #expect(try await put("{\"description\":\"\"}") == .null)
        #expect(try await put("{\"description\":\"Staff\"}") == .string("Staff"))
        #expect(try await put("{\"metadata\":{}}") == .string("Staff"))
        #expect(try await put("{\"description\":\"\"}") == .null)
        #expect(try await service.get("/galleries/g").json["description"] == .null)
        await service.close()
    }

    @Test func `metadata that the disk has garbled is an error, not an empty object`() async throws {
        let service = try await ServiceHarness()
        let put = try await service.send(
            "PUT", "/galleries/staff", body: Array("{\"metadata\":{\"mark\":\"secret\"}}".utf8),
            type: "application/json")
        #expect(put.status == 201)
        let path = service.service.application.configuration.databasePath
        await service.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("{\"mark\":\"secret\"}".utf8)))
        bytes[place.lowerBound] = UInt8(ascii: "[")
        try bytes.write(to: URL(fileURLWithPath: path))
        let again = try await ServiceHarness(folder: service.folder)
        for target in ["/galleries/staff", "/galleries"] {
            let answer = try await again.get(target)
            #expect(answer.status == 500 && answer.code == "internal" && !answer.text.contains("secret"))
        }
        #expect(
            again.lines.text.contains("stored JSON cannot be read") && !again.lines.text.contains("secret"))
        await again.close()
    }

    @Test func `a gallery of another model shows no threshold of the model that runs`() async throws {
        let service = try await ServiceHarness()
        for gallery in ["own", "plain"] { _ = try await service.put("/galleries/\(gallery)") }
        #expect(try await service.get("/galleries/plain").json["model"]?["threshold"] == .number(0.5))
        let store = service.service.application.store
        let (gallery, model) = (try GalleryName("own"), service.service.application.modelContract)
        let job = try await store.createJob(kind: .calibrate, gallery: gallery, parameters: .empty)
        _ = try await store.startJob(job.id)
        try await store.setThreshold(
            0.25, falseMatchRate: 1e-3, trials: 1_000, of: gallery, model: model, job: job.id, report: .empty)
        await service.close()

        var analyzer = FakeAnalyzer()
        analyzer.fingerprint = String(repeating: "01", count: 32)
        let other = try await ServiceHarness(analyzer: analyzer, folder: service.folder)
        #expect(try await other.get("/galleries/plain").json["model"]?["threshold"] == .null)
        #expect(try await other.get("/galleries/own").json["model"]?["threshold"] == .number(0.25))
        let listed = try await other.get("/galleries").json["galleries"]?.arrayValue
        #expect(listed?.map { $0["model"]?["threshold"] } == [.number(0.25), .null])
        await other.close()
    }

    @Test func `lists come in pages`() async throws {
        let service = try await ServiceHarness()
        for index in 0..<5 { _ = try await service.put("/galleries/g\(index)") }
        var names: [String] = []
        var target = "/galleries?limit=2"
        for _ in 0..<3 {
            let page = try await service.get(target).json
            names += page["galleries"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            guard let next = page["next"]?.stringValue else { break }
            target = "/galleries?limit=2&cursor=\(next)"
        }
        #expect(names == (0..<5).map { "g\($0)" })
        for query in ["limit=0", "limit=1001", "cursor=@@", "limit=x"] {
            let answer = try await service.get("/galleries?\(query)")
            #expect(answer.status == 400 && answer.code == "parameter_invalid", "\(query)")
        }
        await service.close()
    }

    @Test func `identities are created, updated, listed and deleted with their faces`() async throws {
        let service = try await ServiceHarness()
        let missing = try await service.put("/galleries/g/identities/anna")
        #expect(missing.status == 404 && missing.code == "gallery_not_found")
        _ = try await service.put("/galleries/g")
        #expect(try await service.put("/galleries/g/identities/anna").status == 201)
        let updated = try await service.send(
            "PUT", "/galleries/g/identities/anna", body: Array("{\"metadata\":{\"x\":[1]}}".utf8),
            type: "application/json")
        #expect(updated.status == 200)
        try await service.enrol("anna", person: 1, photographs: [0, 1])
        let identity = try await service.get("/galleries/g/identities/anna").json
        #expect(
            identity["faces"] == .integer(2) && identity["metadata"] == .object(["x": .array([.integer(1)])]))
        #expect(try await service.get("/galleries/g/identities").json["identities"]?.arrayValue?.count == 1)
        #expect(try await service.send("DELETE", "/galleries/g/identities/anna").status == 204)
        let gone = try await service.get("/galleries/g/identities/anna")
        #expect(gone.status == 404 && gone.code == "identity_not_found")
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(0))
        await service.close()
    }

    @Test func `faces are listed, read with vector and crop, and deleted`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let ids = try await service.enrol("anna", person: 1, photographs: [0, 1, 2])
        let page = try await service.get("/galleries/g/identities/anna/faces?limit=2").json
        #expect(page["faces"]?.arrayValue?.compactMap { $0["face_id"]?.stringValue } == Array(ids.prefix(2)))
        #expect(page["next"]?.stringValue != nil)
        let face = try await service.get("/galleries/g/faces/\(ids[0])?embedding=true").json
        #expect(face["identity"] == .string("anna") && face["quarantined"] == .bool(false))
        let vector = face["embedding"]?.arrayValue?.compactMap { $0.doubleValue.map { Float($0) } }
        #expect(vector == FakeAnalyzer.embedding(person: 1, photograph: 0))
        let plain = try await service.get("/galleries/g/faces/\(ids[0])").json
        #expect(plain["embedding"] == nil)
        let crop = try await service.get("/galleries/g/faces/\(ids[0])/crop")
        #expect(crop.status == 200 && crop.bytes.starts(with: [0xFF, 0xD8, 0xFF]))
        #expect(crop.headers.text(.contentType) == "image/jpeg")
        #expect(try await service.send("DELETE", "/galleries/g/faces/\(ids[0])").status == 204)
        for id in [ids[0], "nonsense", "00000000-0000-4000-8000-000000000000"] {
            for target in ["/galleries/g/faces/\(id)", "/galleries/g/faces/\(id)/crop"] {
                let gone = try await service.get(target)
                #expect(gone.status == 404 && gone.code == "face_id_not_found")
            }
        }
        let list = try await service.get("/galleries/g/identities/nobody/faces")
        #expect(list.status == 404 && list.code == "identity_not_found")
        await service.close()
    }

    @Test func `crops are not kept where the configuration says so`() async throws {
        let service = try await ServiceHarness(settings: ["galleries.keep_crops": "false"])
        _ = try await service.put("/galleries/g")
        let ids = try await service.enrol("anna", person: 1, photographs: [0])
        let crop = try await service.get("/galleries/g/faces/\(ids[0])/crop")
        #expect(crop.status == 404 && crop.code == "crop_not_found")
        await service.close()
    }

    @Test func `another model is a mismatch, and restarting keeps what was answered`() async throws {
        let folder = TemporaryFolder()
        let first = try await ServiceHarness(folder: folder)
        _ = try await first.put("/galleries/g")
        let ids = try await first.enrol("anna", person: 1, photographs: [0, 1])
        await first.close()
        let second = try await ServiceHarness(folder: folder)
        for id in ids { #expect(try await second.get("/galleries/g/faces/\(id)").status == 200) }
        let found = try await second.post(
            "/identify?gallery=g", image: FakeImage.png(person: 1, photograph: 9)
        ).json
        #expect(found["faces"]?.arrayValue?[0]["matches"]?.arrayValue?[0]["identity"] == .string("anna"))
        await second.close()
        let other = try await ServiceHarness(
            analyzer: FakeAnalyzer(fingerprint: String(repeating: "ef", count: 32)), folder: folder)
        for answer in [
            try await other.put("/galleries/g"),
            try await other.post("/identify?gallery=g", image: FakeImage.png()),
            try await other.post("/galleries/g/identities/a/faces", image: FakeImage.png()),
            try await other.post("/verify?gallery=g&identity=anna", image: FakeImage.png()),
            try await other.send("POST", "/galleries/g/import", body: [0x0A]),
        ] {
            #expect(answer.status == 409 && answer.code == "model_mismatch", "\(answer.text)")
            let reason = "the gallery was made with model abababababababab, not efefefefefefefef"
            #expect(try answer.json["detail"] == .string(reason))
        }
        await other.close()
    }

    @Test func `a gallery says how its embeddings are made, and a refusal what differs`() async throws {
        let folder = TemporaryFolder()
        let first = try await ServiceHarness(folder: folder)
        _ = try await first.put("/galleries/g")
        await first.close()
        let narrow = FakeAnalyzer(preprocessing: "kind=fake precision=bf16")
        let second = try await ServiceHarness(analyzer: narrow, folder: folder)
        let old = try await second.get("/galleries/g").json["model"]
        #expect(old?["precision"] == .string("fp32") && old?["preprocessing"] == .string("kind=fake"))
        let new = try await second.put("/galleries/h").json["model"]
        #expect(new?["precision"] == .string("bf16"))
        #expect(new?["preprocessing"] == .string(narrow.preprocessing))
        let told = try await second.get("/models").json["recognizer"]
        #expect(told?["precision"] == .string("bf16"))
        #expect(told?["preprocessing"] == .string(narrow.preprocessing))
        let refused = try await second.post("/identify?gallery=g", image: FakeImage.png())
        #expect(
            try refused.json["detail"] == .string("the gallery was made with precision fp32, not bf16"))
        await second.close()
    }
}
