import Encodings
import FaceService
import Gallery
import TestKit
import Testing

struct MoveRouteTests {
    private static let path = "/galleries/g/identities/bob/move"

    private func faceIDs(_ value: JSONValue?) -> [String]? {
        value?.arrayValue?.compactMap(\.stringValue)
    }

    @Test func `faces set aside are given to who they belong to`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let adas = try await service.enrol("ada", person: 1, photographs: [1, 2])
        try await service.enrol("bob", person: 2, photographs: [3])
        try await service.setAside(adas[1], in: "g")
        let answer = try await service.post(Self.path, json: "{\"face_ids\":[\"\(adas[1])\"]}")
        #expect(answer.status == 200, "\(answer.text)")
        let json = try answer.json
        #expect(json["moved"] == .integer(1) && faceIDs(json["restored"]) == [adas[1]])
        #expect(json["duplicates"] == .array([]))
        #expect(json["identity"]?["identity"] == .string("bob") && json["identity"]?["faces"] == .integer(2))
        let face = try await service.get("/galleries/g/faces/\(adas[1])").json
        #expect(face["identity"] == .string("bob") && face["quarantined"] == .bool(false))
        await service.close()
    }

    @Test func `an identity is renamed, then merged into another`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let adas = try await service.enrol("ada", person: 1, photographs: [1, 2])
        let renamed = try await service.send("POST", Self.path + "?from=ada")
        #expect(renamed.status == 200, "\(renamed.text)")
        #expect(try renamed.json["moved"] == .integer(2))
        #expect(try await service.get("/galleries/g/identities/ada").code == "identity_not_found")
        let twins = try await service.enrol("cy", person: 1, photographs: [2, 3])
        let merged = try await service.post(Self.path, json: "{\"from\":\"cy\"}").json
        #expect(merged["moved"] == .integer(1))
        #expect(
            merged["duplicates"]
                == .array([
                    .object(["face_id": .string(twins[0]), "duplicate_of": .string(adas[1])])
                ]))
        #expect(try await service.get("/galleries/g/identities/cy").json["faces"] == .integer(1))
        await service.close()
    }

    @Test(arguments: [
        ("{}", 400, "parameter_invalid", "face_ids"),
        ("{\"face_ids\":[]}", 400, "parameter_invalid", "face_ids"),
        ("{\"face_ids\":[\"x\"],\"from\":\"ada\"}", 400, "parameter_invalid", "from"),
        ("{\"from\":\"bob\"}", 400, "parameter_invalid", "from"),
        ("{\"from\":\"\"}", 400, "parameter_invalid", "from"),
        ("{\"from\":\"nobody\"}", 404, "identity_not_found", "from"),
        ("{\"from\":\"a\\u0001\"}", 400, "parameter_invalid", "from"),
        ("{\"face_ids\":[\"x\"]}", 404, "face_id_not_found", "'x'"),
        ("{\"into\":\"ada\"}", 400, "parameter_invalid", "into"),
    ])
    func `a move that cannot be is refused with a reason, and makes nobody`(
        _ refusal: (body: String, status: Int, code: String, named: String)
    ) async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let answer = try await service.post(Self.path, json: refusal.body)
        #expect(answer.status == refusal.status && answer.code == refusal.code, "\(answer.text)")
        #expect(try answer.json["detail"]?.stringValue?.contains(refusal.named) == true, "\(answer.text)")
        #expect(try await service.get("/galleries/g/identities").json["identities"] == .array([]))
        await service.close()
    }
}
