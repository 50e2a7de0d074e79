import Encodings
import FaceService
import Faces
import HTTP
import Imaging
import TestKit
import Testing

/// What the members of an import's line are held to.
struct ImportMemberTests {
    /// One that says how crops are cut: 16 pixels wide and high.
    private static let analyzer = FakeAnalyzer(preprocessing: preprocessing(FakeAnalyzer.cropSide))

    private static func preprocessing(_ side: Int) -> String {
        ModelManifest(kind: .recognizer, name: "fake", mean: [0, 0, 0], deviation: [1, 1, 1])
            .preprocessing(width: side, height: side)
    }

    private func ready(_ analyzer: FakeAnalyzer = Self.analyzer) async throws -> ServiceHarness {
        let service = try await ServiceHarness(analyzer: analyzer)
        for gallery in ["g", "h"] { _ = try await service.put("/galleries/\(gallery)") }
        return service
    }

    private func bring(_ text: String, into service: ServiceHarness) async throws -> Answer {
        try await service.send(
            "POST", "/galleries/h/import", body: Array(text.utf8), type: "application/x-ndjson")
    }

    private func line(_ more: String) -> String {
        let vector = JSONValue.floats(FakeAnalyzer.embedding(person: 9, photograph: 0)).jsonText()
        return "{\"identity\":\"x\",\"embedding\":\(vector)\(more)}"
    }

    private func expectRefusal(
        of more: String, naming member: String, by service: ServiceHarness,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await bring("\n" + line(more), into: service)
        #expect(
            answer.status == 422 && answer.code == "import_invalid", "\(more.prefix(80)): \(answer.text)",
            sourceLocation: location)
        #expect(
            answer.text.contains("line 2: '\(member)'"), "\(more.prefix(80)): \(answer.text)",
            sourceLocation: location)
    }

    private func crop(_ bytes: [UInt8], _ more: String = "") -> String {
        ",\"crop\":\"\(Base64.encode(bytes))\"\(more)"
    }

    private func jpeg(_ side: Int) -> [UInt8] {
        Image(width: side, height: side, color: PixelColor(red: 1, green: 2, blue: 3)).jpeg()
    }

    @Test func `a crop is a whole JPEG file of the size that its model cuts`() async throws {
        let service = try await ready()
        let whole = jpeg(16)
        for bytes in [
            [0xFF, 0xD8, 0xFF], Array(whole.dropLast()), Array(whole.prefix(whole.count / 2)), jpeg(17),
            Image(width: 16, height: 16, color: PixelColor(red: 1, green: 2, blue: 3)).png(), [],
        ] {
            try await expectRefusal(of: crop(bytes), naming: "crop", by: service)
        }
        let other = ",\"crop_geometry\":\"\(Self.preprocessing(32))\""
        try await expectRefusal(of: crop(whole, other), naming: "crop", by: service)
        try await expectRefusal(
            of: crop(whole, ",\"crop_geometry\":\"?\""), naming: "crop_geometry", by: service)
        #expect(try await service.get("/galleries/h").json["faces"] == .integer(0))
        for (number, more) in [crop(whole), crop(jpeg(32), other)].enumerated() {
            let id = ",\"face_id\":\"00000000-0000-4000-8000-00000000000\(number)\""
            let answer = try await bring(line(more + id), into: service)
            #expect(answer.status == 200, "\(answer.text)")
        }
        await service.close()
    }

    @Test func `a model that does not tell how it cuts takes crops of any size`() async throws {
        let service = try await ready(FakeAnalyzer())
        #expect(try await bring(line(crop(jpeg(20))), into: service).status == 200)
        try await expectRefusal(of: crop([0xFF, 0xD8, 0xFF]), naming: "crop", by: service)
        await service.close()
    }

    @Test func `measures that nobody can have made are refused by their name`() async throws {
        let service = try await ready()
        func box(_ width: String, _ height: String = "1") -> String {
            ",\"box\":{\"x\":-5,\"y\":-5,\"width\":\(width),\"height\":\(height)}"
        }
        func quality(_ name: String, _ value: String) -> String {
            let measures = ["sharpness", "face_size", "yaw", "pitch", "roll"].map {
                "\"\($0)\":\($0 == name ? value : "1")"
            }
            return ",\"quality\":{\(measures.joined(separator: ","))}"
        }
        func aside(_ angle: String, _ nearest: String = "1") -> String {
            ",\"quarantine\":{\"job\":\"00000000-0000-4000-8000-000000000001\",\"reason\":\"non_dominant\","
                + "\"angle_degrees\":\(angle),\"nearest_angle_degrees\":\(nearest)}"
        }
        for (more, member) in [
            (#","score":-7"#, "score"), (#","score":1.01"#, "score"), (#","score":"1""#, "score"),
            (#","score":1e39"#, "score"), (#","embedding_norm":-1"#, "embedding_norm"),
            (box("-1"), "box.width"), (box("1", "-0.5"), "box.height"), (box("\"1\""), "box.width"),
            (#","box":{"x":1}"#, "box"), (quality("sharpness", "-1"), "quality.sharpness"),
            (quality("face_size", "-1"), "quality.face_size"), (quality("yaw", "999"), "quality.yaw"),
            (quality("pitch", "-181"), "quality.pitch"), (quality("roll", "180.1"), "quality.roll"),
            (#","quality":{"yaw":1}"#, "quality"), (aside("181"), "quarantine.angle_degrees"),
            (aside("-1"), "quarantine.angle_degrees"),
            (aside("9", "200"), "quarantine.nearest_angle_degrees"),
        ] {
            try await expectRefusal(of: more, naming: member, by: service)
        }
        #expect(try await service.get("/galleries/h").json["faces"] == .integer(0))
        for (number, more) in [
            #","score":0"#, #","score":1,"embedding_norm":0"#, box("0", "0"), quality("roll", "-180"),
            quality("yaw", "180"), aside("0", "180"),
        ].enumerated() {
            let id = ",\"face_id\":\"00000000-0000-4000-8000-00000000000\(number)\""
            let answer = try await bring(line(more + id), into: service)
            #expect(answer.status == 200, "\(more): \(answer.text)")
        }
        await service.close()
    }

    @Test func `a name or metadata that can't be is the line's fault as any other member is`() async throws {
        let service = try await ready()
        let long = "{\"a\":\"\(String(repeating: "x", count: 65_536))\"}"
        func aside(_ more: String) -> String {
            ",\"quarantine\":{\"job\":\"00000000-0000-4000-8000-000000000001\",\"reason\":\"non_dominant\","
                + "\"angle_degrees\":80,\(more)}"
        }
        for (more, member) in [
            (#","metadata":[]"#, "metadata"), (#","metadata":5"#, "metadata"),
            (",\"metadata\":\(long)", "metadata"), (#","identity_metadata":"a""#, "identity_metadata"),
            (",\"identity_metadata\":\(long)", "identity_metadata"),
            (aside(#""move_to":"""#), "quarantine.move_to"), (aside(#""move_to":5"#), "quarantine.move_to"),
            (aside("\"nearest_identity\":\"a\\nb\""), "quarantine.nearest_identity"),
            (aside(#""created_at":"then""#), "quarantine.created_at"), (#","bogus":1"#, "bogus"),
        ] {
            try await expectRefusal(of: more, naming: member, by: service)
        }
        let name = String(repeating: "\u{E9}", count: 129)
        for identity in ["\"\"", "\"a\\u0007\"", "\"\(name)\"", "5", "null"] {
            let answer = try await bring(
                line("").replacing("\"identity\":\"x\"", with: "\"identity\":\(identity)"), into: service)
            #expect(answer.status == 422 && answer.code == "import_invalid", "\(answer.text)")
            #expect(answer.text.contains("line 1: 'identity' "), "\(answer.text)")
        }
        await service.close()
    }

    @Test func `whatever an export writes goes back in, faces set aside and turned heads too`() async throws {
        let service = try await ready()
        try await service.enrol("anna", person: 1, photographs: [0, 1, 2])
        let set = try await service.post(
            "/galleries/g/identities/anna/faces?aligned=true",
            image: FakeImage.png(person: 3, side: FakeAnalyzer.cropSide))
        #expect(set.status == 201, "\(set.text)")
        let faces = try await service.get("/galleries/g/identities/anna/faces").json["faces"]?.arrayValue
        try await service.setAside(try #require(faces?.last?["face_id"]?.stringValue), in: "g")
        let export = try await service.get("/galleries/g/export?crops=true").text
        let answer = try await bring(export, into: service)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await service.get("/galleries/h/export?crops=true").text == export)
        await service.close()
    }
}
