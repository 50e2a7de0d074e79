import Encodings
import FaceService
import HTTP
import TestKit
import Testing

struct TransferTests {
    private func ready() async throws -> ServiceHarness {
        let service = try await ServiceHarness(settings: ["server.max_line_bytes": "8192"])
        for gallery in ["g", "h"] { _ = try await service.put("/galleries/\(gallery)") }
        try await service.enrol("anna", person: 1, photographs: [0, 1])
        try await service.enrol("bert", person: 2, photographs: [0])
        return service
    }

    private func bring(_ text: String, into service: ServiceHarness, _ gallery: String = "h") async throws
        -> Answer
    {
        try await service.send(
            "POST", "/galleries/\(gallery)/import", body: Array(text.utf8), type: "application/x-ndjson")
    }

    private var vector: String {
        JSONValue.floats(FakeAnalyzer.embedding(person: 9, photograph: 0)).jsonText()
    }

    @Test func `an export goes back in with ids, vectors, times and crops`() async throws {
        let service = try await ready()
        let export = try await service.get("/galleries/g/export?crops=true")
        #expect(export.headers.text(.contentType) == "application/x-ndjson")
        let lines = export.text.split(separator: "\n")
        #expect(lines.count == 3)
        let first = try JSONParser.parse(Array(lines[0].utf8))
        #expect(first["identity"] == .string("anna") && first["quarantined"] == .bool(false))
        #expect(first["model"] == .string(FakeAnalyzer().fingerprint))
        #expect(first["preprocessing"] == .string(FakeAnalyzer().preprocessing))
        let answer = try await bring(export.text, into: service)
        #expect(answer.status == 200)
        #expect(try answer.json["faces"] == .integer(3))
        #expect(try await service.get("/galleries/h/export?crops=true").text == export.text)
        let again = try await bring(export.text, into: service)
        #expect(again.status == 409 && again.code == "face_id_exists")
        await service.close()
    }

    @Test func `a bare line is enough, an empty line is nothing, the last needs no line feed`() async throws {
        let service = try await ready()
        let answer = try await bring(
            "{\"identity\":\"x\",\"embedding\":\(vector)}\n\n  \r\n{\"identity\":\"y\",\"embedding\":\(vector)}",
            into: service)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await service.get("/galleries/h").json["identities"] == .integer(2))
        await service.close()
    }

    @Test func `lines that say nothing of their origin are there once, however often they are sent`()
        async throws
    {
        let service = try await ready()
        let other = JSONValue.floats(FakeAnalyzer.embedding(person: 9, photograph: 1)).jsonText()
        let lines =
            "{\"identity\":\"x\",\"embedding\":\(vector)}\n{\"identity\":\"x\",\"embedding\":\(other)}\n"
        let first = try await bring(lines, into: service).json
        #expect(first["faces"] == .integer(2) && first["duplicates"] == .integer(0))
        let again = try await bring(lines, into: service).json
        #expect(again["faces"] == .integer(0) && again["duplicates"] == .integer(2))
        // Faces with ids of their own are told apart by them.
        let named = (1...2).map {
            "{\"identity\":\"y\",\"embedding\":\(vector),\"face_id\":\"00000000-0000-4000-8000-00000000000\($0)\"}"
        }
        #expect(try await bring(named.joined(separator: "\n"), into: service).json["faces"] == .integer(2))
        await service.close()
    }

    @Test func `one bad line refuses all and is told by its number`() async throws {
        let service = try await ready()
        let good = "{\"identity\":\"x\",\"embedding\":\(vector)}\n\n"
        let other = String(repeating: "0", count: 64)
        func aside(_ more: String, quarantined: String = "true") -> String {
            "{\"identity\":\"x\",\"embedding\":\(vector),\"quarantined\":\(quarantined),\"quarantine\":{"
                + "\"job\":\"00000000-0000-4000-8000-000000000001\",\"reason\":\"non_dominant\",\"angle_degrees\":80\(more)}}"
        }
        for (line, status, code) in [
            ("{", 400, "json_invalid"), ("5", 422, "import_invalid"),
            ("{\"identity\":\"x\"}", 422, "import_invalid"),
            ("{\"embedding\":\(vector)}", 422, "import_invalid"),
            ("{\"identity\":\"x\",\"embedding\":[1]}", 422, "embedding_invalid"),
            ("{\"identity\":\"\",\"embedding\":\(vector)}", 422, "import_invalid"),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"bogus\":1}", 422, "import_invalid"),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"face_id\":\"1\"}", 422, "import_invalid"),
            (
                "{\"identity\":\"x\",\"embedding\":\(vector),\"created_at\":\"yesterday\"}", 422,
                "import_invalid"
            ),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"quarantined\":true}", 422, "import_invalid"),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"quarantined\":\"no\"}", 422, "import_invalid"),
            (aside("", quarantined: "false"), 422, "import_invalid"),
            (aside(",\"move_to\":5"), 422, "import_invalid"),
            (aside(",\"nearest_identity\":true"), 422, "import_invalid"),
            (aside(",\"nearest_angle_degrees\":\"far\""), 422, "import_invalid"),
            (
                "{\"identity\":\"x\",\"embedding\":\(vector),\"landmarks\":[{\"x\":1,\"y\":1}]}", 422,
                "import_invalid"
            ),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"crop\":\"AAAA\"}", 422, "import_invalid"),
            ("{\"identity\":\"x\",\"embedding\":\(vector),\"model\":\"\(other)\"}", 409, "model_mismatch"),
            (String(repeating: " ", count: 9_000), 413, "line_too_long"),
        ] {
            let answer = try await bring(good + line + "\n", into: service)
            #expect(answer.status == status && answer.code == code, "\(line.prefix(60)): \(answer.text)")
            #expect(try answer.json["line"] == .integer(3), "\(line.prefix(60)): \(answer.text)")
        }
        #expect(try await service.get("/galleries/h").json["faces"] == .integer(0))
        await service.close()
    }

    @Test func `an export goes back into galleries of its precision and preprocessing alone`() async throws {
        let service = try await ready()
        let export = try await service.get("/galleries/g/export").text
        // As it was before exports said how an embedding was made.
        let older = export.replacing(",\"preprocessing\":\"kind=fake\"", with: "")
        #expect(older != export)
        await service.close()
        for (preprocessing, reason) in [
            ("kind=fake precision=bf16", "precision bf16, not fp32"), ("kind=other", "kind other, not fake"),
        ] {
            let other = try await ServiceHarness(analyzer: FakeAnalyzer(preprocessing: preprocessing))
            _ = try await other.put("/galleries/h")
            let answer = try await bring(export, into: other)
            #expect(answer.status == 409 && answer.code == "model_mismatch", "\(answer.text)")
            #expect(answer.text.contains("line 1: the gallery was made with \(reason)"), "\(answer.text)")
            #expect(try await other.get("/galleries/h").json["faces"] == .integer(0))
            if preprocessing.contains("precision") {
                #expect(try await bring(older, into: other).code == "model_mismatch")
            }
            let own = try await other.enrol("anna", in: "h", person: 1, photographs: [0])
            #expect(!own.isEmpty)
            let back = try await other.get("/galleries/h/export").text
            await other.close()
            let usual = try await ready()
            #expect(try await bring(back, into: usual).code == "model_mismatch")
            #expect(try await bring(older, into: usual).status == 200)
            await usual.close()
        }
    }

    @Test func `the gallery must be there and the type be one of lines`() async throws {
        let service = try await ready()
        #expect(try await bring("", into: service, "zz").code == "gallery_not_found")
        #expect(try await service.get("/galleries/zz/export").code == "gallery_not_found")
        let type = try await service.send("POST", "/galleries/h/import", body: [1], type: "image/png")
        #expect(type.status == 415)
        await service.close()
    }
}
