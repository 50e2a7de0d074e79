import Encodings
import FaceService
import HTTP
import TestKit
import Testing

/// What exports and imports do to identities, with faces and without.
struct IdentityTransferTests {
    private func ready() async throws -> ServiceHarness {
        let service = try await ServiceHarness()
        for gallery in ["g", "h"] { _ = try await service.put("/galleries/\(gallery)") }
        return service
    }

    private func bring(_ lines: [String], into service: ServiceHarness) async throws -> Answer {
        try await service.send(
            "POST", "/galleries/h/import", body: Array(lines.joined(separator: "\n").utf8),
            type: "application/x-ndjson")
    }

    private func put(_ target: String, _ metadata: String, _ service: ServiceHarness) async throws {
        let answer = try await service.send(
            "PUT", target, body: Array("{\"metadata\":\(metadata)}".utf8), type: "application/json")
        #expect(answer.status < 300, "\(answer.text)")
    }

    /// A face of a person of its own, so that none is a duplicate.
    private func face(_ identity: String, _ number: Int = 0, _ more: String = "") -> String {
        let embedding = FakeAnalyzer.embedding(
            person: UInt8(number % 256), photograph: UInt8(number / 256))
        return
            "{\"identity\":\"\(identity)\",\"embedding\":\"\(Base64.encode(littleEndian: embedding))\"\(more)}"
    }

    private func metadata(of identity: String, _ service: ServiceHarness) async throws -> String? {
        try await service.get("/galleries/h/identities/\(identity)").json["metadata"]?.jsonText()
    }

    @Test func `identities without faces travel after the faces, with metadata and times`() async throws {
        let service = try await ready()
        try await put("/galleries/g/identities/empty", #"{"badge":7}"#, service)
        _ = try await service.put("/galleries/g/identities/bare")
        try await put("/galleries/g/identities/anna", #"{"a":1}"#, service)
        try await service.enrol("anna", person: 1, photographs: [0])
        let export = try await service.get("/galleries/g/export?identities=true").text
        let faces = try await service.get("/galleries/g/export").text
        #expect(
            faces.split(separator: "\n").count == 1 && export.hasPrefix(faces), "faces alone, unless asked")
        let lines = export.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        for (line, name, metadata) in [(lines[1], "bare", "{}"), (lines[2], "empty", #"{"badge":7}"#)] {
            let told = try await service.get("/galleries/g/identities/\(name)").json
            let times = try ["created_at", "updated_at"].map {
                "\"\($0)\":\"\(try #require(told[$0]?.stringValue))\""
            }
            #expect(
                line == "{\"identity\":\"\(name)\",\"identity_metadata\":\(metadata),"
                    + times.joined(separator: ",") + "}")
        }
        let answer = try await bring([export], into: service)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try answer.json["faces"] == .integer(1) && answer.json["identities"] == .integer(3))
        #expect(try await service.get("/galleries/h/export?identities=true").text == export)
        #expect(
            try await service.get("/galleries/h/identities").text
                == (try await service.get("/galleries/g/identities").text), "with their times")
        let again = try await bring(Array(lines[1...]), into: service).json
        #expect(again["faces"] == .integer(0) && again["identities"] == .integer(0))
        await service.close()
    }

    @Test func `an identity keeps the times that a file states, in whichever line`() async throws {
        let service = try await ready()
        let times =
            #","identity_created_at":"2020-01-02T03:04:05.678Z","identity_updated_at":"2021-01-01T00:00:00.000Z""#
        let lines = [
            face("anna", 1), face("anna", 2, times),
            #"{"identity":"bert","identity_metadata":{},"created_at":"2019-01-01T00:00:00.000Z"}"#,
        ]
        #expect(try await bring(lines, into: service).status == 200)
        let anna = try await service.get("/galleries/h/identities/anna").json
        #expect(anna["created_at"] == .string("2020-01-02T03:04:05.678Z"))
        #expect(anna["updated_at"] == .string("2021-01-01T00:00:00.000Z"))
        let bert = try await service.get("/galleries/h/identities/bert").json
        #expect(bert["created_at"] == .string("2019-01-01T00:00:00.000Z"))
        #expect(bert["updated_at"] == bert["created_at"])
        // Who is there already keeps those that it has.
        let late = #"{"identity":"bert","identity_metadata":{},"created_at":"2022-01-01T00:00:00.000Z"}"#
        #expect(try await bring([late], into: service).status == 200)
        #expect(try await service.get("/galleries/h/identities/bert").json == bert)
        await service.close()
    }

    @Test func `a face whose embedding is missing is no identity without faces`() async throws {
        let service = try await ready()
        for line in [
            #"{"identity":"x"}"#, #"{"identity":"x","created_at":"2020-01-01T00:00:00Z"}"#,
            #"{"identity":"x","identity_metadata":{},"embedding":null}"#,
            #"{"identity":"x","identity_metadata":{},"score":0.5}"#,
            #"{"identity":"x","identity_metadata":{},"face_id":"00000000-0000-4000-8000-000000000001"}"#,
        ] {
            let answer = try await bring([face("y"), line], into: service)
            #expect(answer.status == 422 && answer.code == "import_invalid", "\(line): \(answer.text)")
            #expect(answer.text.contains("line 2: 'embedding' must be"), "\(line): \(answer.text)")
        }
        for (line, member) in [
            (#"{"identity":5,"identity_metadata":{}}"#, "identity"),
            (#"{"identity":"","identity_metadata":{}}"#, "identity"),
            (#"{"identity":"x","identity_metadata":[]}"#, "identity_metadata"),
            (#"{"identity":"x","identity_metadata":{},"created_at":"soon"}"#, "created_at"),
            (#"{"identity":"x","identity_metadata":{},"updated_at":1}"#, "updated_at"),
            (#"{"identity_metadata":{}}"#, "identity"),
        ] {
            let answer = try await bring([face("y"), line], into: service)
            #expect(answer.status == 422 && answer.code == "import_invalid", "\(line): \(answer.text)")
            #expect(answer.text.contains("line 2: '\(member)'"), "\(line): \(answer.text)")
        }
        #expect(try await service.get("/galleries/h").json["identities"] == .integer(0))
        await service.close()
    }

    /// One import goes in one transaction, the other in several.
    @Test(arguments: [3, 700])
    func `metadata is given to who has none, and kept by who has some`(count: Int) async throws {
        let service = try await ready()
        try await put("/galleries/h/identities/kept", #"{"own":1}"#, service)
        _ = try await service.put("/galleries/h/identities/plain")
        let stated = #","identity_metadata":{"b":2}"#
        let lines =
            (0..<count).map { face("new", $0, $0 == count - 1 ? stated : #","identity_metadata":{}"#) } + [
                face("kept", count, stated), face("plain", count + 1, stated),
                #"{"identity":"alone","identity_metadata":{"c":3}}"#,
            ]
        let answer = try await bring(lines, into: service)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try answer.json["faces"] == .integer(count + 2) && answer.json["identities"] == .integer(2))
        for (name, expected) in [
            ("new", #"{"b":2}"#), ("kept", #"{"own":1}"#), ("plain", #"{"b":2}"#), ("alone", #"{"c":3}"#),
        ] {
            #expect(try await metadata(of: name, service) == expected, "\(name)")
        }
        await service.close()
    }

    @Test func `metadata that an import gives moves the times of identity and gallery`() async throws {
        let service = try await ready()
        let past = #"{"identity":"x","identity_metadata":{},"created_at":"2020-01-01T00:00:00.000Z"}"#
        #expect(try await bring([past], into: service).status == 200)
        let answer = try await bring([#"{"identity":"x","identity_metadata":{"a":1}}"#], into: service)
        #expect(try answer.json["identities"] == .integer(0))
        let identity = try await service.get("/galleries/h/identities/x").json
        #expect(identity["created_at"] == .string("2020-01-01T00:00:00.000Z"))
        #expect(identity["updated_at"] == (try await service.get("/galleries/h").json["updated_at"]))
        await service.close()
    }

    @Test(arguments: [3, 700])
    func `two lines that state different metadata of one identity are refused, and all with them`(count: Int)
        async throws
    {
        let service = try await ready()
        let lines =
            [face("x", 0, #","identity_metadata":{"a":1}"#), ""]
            + (1..<count).map { face("x", $0, #","identity_metadata":{"a":1}"#) }
        for last in [
            face("x", count, #","identity_metadata":{"a":2}"#),
            #"{"identity":"x","identity_metadata":{"a":1,"b":2}}"#,
        ] {
            let answer = try await bring(lines + [last], into: service)
            #expect(answer.status == 422 && answer.code == "import_invalid", "\(answer.text)")
            #expect(
                try answer.json["detail"]
                    == .string(
                        "line \(count + 2): 'identity_metadata' is not what line 1 states of the same identity"
                    ))
            #expect(try await service.get("/galleries/h").json["identities"] == .integer(0))
        }
        let one = try await bring(lines + [face("x", count)], into: service)
        #expect(one.status == 200, "\(one.text)")
        #expect(try await metadata(of: "x", service) == #"{"a":1}"#)
        await service.close()
    }
}
