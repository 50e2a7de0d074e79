import Encodings
import FaceService
import HTTP
import TestKit
import Testing

/// Metadata comes back as it was given, wherever it is kept.
struct MetadataTests {
    private static let numbers =
        #"{"id":12345678901234567890,"pi":0.1234567890123456789012,"tiny":1e-400,"#
        + #""near":1.00000000000000000001,"odd":9007199254740993.0,"minus":-0,"least":-9223372036854775809}"#
    /// Two keys by RFC 8259, though Swift's comparison calls them equal.
    private static let keys = "{\"\u{E9}\":1,\"e\u{301}\":{\"e\u{301}\":2,\"\u{E9}\":3}}"

    private var vector: String {
        JSONValue.floats(FakeAnalyzer.embedding(person: 9, photograph: 0)).jsonText()
    }

    private func put(_ target: String, _ metadata: String, _ service: ServiceHarness) async throws -> Answer {
        try await service.send(
            "PUT", target, body: Array("{\"metadata\":\(metadata)}".utf8), type: "application/json")
    }

    /// By bytes, as canonically equal strings are equal.
    private func expect(
        _ metadata: String, in answer: Answer, as name: String = "metadata",
        at location: SourceLocation = #_sourceLocation
    ) {
        let member = Array("\"\(name)\":\(metadata)".utf8)
        let isThere = answer.bytes.indices.contains { answer.bytes[$0...].starts(with: member) }
        #expect(isThere, "\(answer.text)", sourceLocation: location)
    }

    @Test(arguments: [numbers, keys])
    func `numbers beyond a double and keys that look alike come back as they were`(metadata: String)
        async throws
    {
        let service = try await ServiceHarness()
        for gallery in ["g", "h"] {
            let answer = try await put("/galleries/\(gallery)", metadata, service)
            #expect(answer.status == 201, "\(answer.text)")
            expect(metadata, in: answer)
        }
        expect(metadata, in: try await service.get("/galleries/g"))
        expect(metadata, in: try await service.get("/galleries"))

        #expect(try await put("/galleries/g/identities/x", metadata, service).status == 201)
        expect(metadata, in: try await service.get("/galleries/g/identities/x"))

        let enrolled = try await service.post(
            "/galleries/g/identities/x/faces", json: "{\"embedding\":\(vector),\"metadata\":\(metadata)}")
        #expect(enrolled.status == 201, "\(enrolled.text)")
        expect(metadata, in: try await service.get("/galleries/g/identities/x/faces"))

        let export = try await service.get("/galleries/g/export")
        expect(metadata, in: export)
        expect(metadata, in: export, as: "identity_metadata")
        let imported = try await service.send(
            "POST", "/galleries/h/import", body: export.bytes, type: "application/x-ndjson")
        #expect(imported.status == 200, "\(imported.text)")
        #expect(try await service.get("/galleries/h/export").bytes == export.bytes)
        await service.close()
    }

    @Test func `a number beyond every double is refused by the name of its member`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let metadata = "{\"deep\":[{\"big\":1e400}]}"
        let line = "{\"identity\":\"x\",\"embedding\":\(vector),\"metadata\":\(metadata)}"
        for answer in [
            try await put("/galleries/g", metadata, service),
            try await put("/galleries/g/identities/x", metadata, service),
            try await service.post("/galleries/g/identities/x/faces", json: line),
            try await service.send(
                "POST", "/galleries/g/import", body: Array(line.utf8), type: "application/x-ndjson"),
        ] {
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.text.contains("metadata.deep.big"), "\(answer.text)")
        }
        #expect(try await service.get("/galleries/g/identities").json["identities"]?.arrayValue == [])
        await service.close()
    }

    @Test func `a number that is not what it seems is no option`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        // A double would make whole numbers of these.
        for number in ["1.00000000000000000001", "9007199254740993.5"] {
            let answer = try await service.post(
                "/admin/galleries/g/purify", json: "{\"seed\":\(number)}")
            #expect(answer.status == 400 && answer.code == "parameter_invalid", "\(number)")
        }
        // As a real number it is as near as a double gets.
        let answer = try await service.post(
            "/admin/galleries/g/purify", json: "{\"threshold_degrees\":70.00000000000000000001}")
        #expect(answer.status == 202, "\(answer.text)")
        await service.close()
    }

    @Test func `names that look alike are two identities everywhere`() async throws {
        let service = try await ServiceHarness()
        for gallery in ["g", "h"] { _ = try await service.put("/galleries/\(gallery)") }
        let names = ["e%CC%81", "%C3%A9"]
        for (index, name) in names.enumerated() {
            try await service.enrol(name, person: UInt8(index + 1), photographs: [0, 1, 2])
        }
        #expect(try await service.get("/galleries/g").json["identities"] == .integer(2))
        for (index, name) in ["e\u{301}", "\u{E9}"].enumerated() {
            let probe = FakeImage.png(person: UInt8(index + 1))
            let found = try await service.post("/identify?gallery=g&threshold=-1", image: probe)
            let matches = try #require(try found.json["faces"]?.arrayValue?[0]["matches"]?.arrayValue)
            let order = index == 0 ? [name, "\u{E9}"] : [name, "e\u{301}"]
            #expect(
                matches.map { Array(($0["identity"]?.stringValue ?? "").utf8) }
                    == order.map { Array($0.utf8) })
        }
        let export = try await service.get("/galleries/g/export")
        _ = try await service.send(
            "POST", "/galleries/h/import", body: export.bytes, type: "application/x-ndjson")
        #expect(try await service.get("/galleries/h").json["identities"] == .integer(2))
        for method in ["evidence", "kmeans", "trained", "paper"] {
            let started = try await service.post(
                "/admin/galleries/g/purify",
                json: "{\"method\":\"\(method)\",\"identities\":[\"e\u{301}\",\"\u{E9}\"],\"dry_run\":true}")
            let location = try #require(started.headers.text(.location))
            _ = try await service.get(location + "/events")
            let report = try await service.get(location).json["report"]
            #expect(report?["per_identity"]?.arrayValue?.count == 2, "\(method)")
        }
        #expect(try await service.send("DELETE", "/galleries/g/identities/\(names[0])").status == 204)
        #expect(try await service.get("/galleries/g/identities/\(names[1])").status == 200)
        await service.close()
    }
}
