import Encodings
import FaceService
import TestKit
import Testing

struct IdentifyTests {
    private func ready() async throws -> ServiceHarness {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        for person in UInt8(1)...4 {
            try await service.enrol("p\(person)", person: person, photographs: [0, 1, 2])
        }
        return service
    }

    @Test func `each face gets its own matches`() async throws {
        let service = try await ready()
        let answer = try await service.post(
            "/identify?gallery=g", image: FakeImage.png(faces: 2, person: 2, photograph: 9)
        ).json
        #expect(answer["gallery"] == .string("g") && answer["threshold"]?.doubleValue == 0.5)
        let faces = try #require(answer["faces"]?.arrayValue)
        #expect(faces.count == 2)
        #expect(faces[0]["unknown"] == .bool(false))
        let match = try #require(faces[0]["matches"]?.arrayValue?.first)
        #expect(match["identity"] == .string("p2") && match["face_id"]?.stringValue?.count == 36)
        #expect(try #require(match["similarity"]?.doubleValue) > 0.9)
        #expect(try #require(faces[0]["margin"]?.doubleValue) > 0.3)
        #expect(faces[0]["best_below_threshold"] == .null)
        #expect(faces[1]["unknown"] == .bool(true) && faces[1]["matches"]?.arrayValue == [])
        #expect(try #require(faces[1]["best_below_threshold"]?.doubleValue) < 0.5)
        #expect(faces[1]["margin"] == .null)
        await service.close()
    }

    @Test func `top bounds distinct identities, best first, and the threshold is the caller's`() async throws
    {
        let service = try await ready()
        let answer = try await service.post(
            "/identify?gallery=g&top=3&threshold=-1", image: FakeImage.png(person: 1)
        ).json
        let matches = try #require(answer["faces"]?.arrayValue?[0]["matches"]?.arrayValue)
        let names = matches.compactMap { $0["identity"]?.stringValue }
        let similarities = matches.compactMap { $0["similarity"]?.doubleValue }
        #expect(names.count == 3 && Set(names).count == 3 && names[0] == "p1")
        #expect(similarities == similarities.sorted(by: >))
        await service.close()
    }

    @Test func `an embedding identifies as its image does`() async throws {
        let service = try await ready()
        let vector = JSONValue.floats(FakeAnalyzer.embedding(person: 3, photograph: 0)).jsonText()
        let answer = try await service.post("/identify", json: "{\"embedding\":\(vector),\"gallery\":\"g\"}")
            .json
        let face = try #require(answer["faces"]?.arrayValue?.first)
        #expect(face["box"] == .null)
        #expect(face["matches"]?.arrayValue?[0]["identity"] == .string("p3"))
        await service.close()
    }

    @Test func `verify against an identity takes its best face`() async throws {
        let service = try await ready()
        let same = try await service.post(
            "/verify?gallery=g&identity=p1", image: FakeImage.png(person: 1, photograph: 2)
        ).json
        #expect(same["same"] == .bool(true) && same["identity"] == .string("p1"))
        #expect(try #require(same["similarity"]?.doubleValue) > 0.999)
        #expect(same["faces"]?.arrayValue?.count == 1)
        let other = try await service.post("/verify?gallery=g&identity=p2", image: FakeImage.png(person: 1))
            .json
        #expect(other["same"] == .bool(false))
        let nobody = try await service.post("/verify?gallery=g&identity=zz", image: FakeImage.png())
        #expect(nobody.status == 404 && nobody.code == "identity_not_found")
        _ = try await service.put("/galleries/g/identities/empty")
        let empty = try await service.post("/verify?gallery=g&identity=empty", image: FakeImage.png())
        #expect(empty.status == 422 && empty.code == "face_not_found")
        await service.close()
    }

    @Test func `what is missing or not there is told`() async throws {
        let service = try await ready()
        let none = try await service.post("/identify", image: FakeImage.png())
        #expect(none.status == 400 && none.text.contains("'gallery' is required"))
        let gone = try await service.post("/identify?gallery=h", image: FakeImage.png())
        #expect(gone.status == 404 && gone.code == "gallery_not_found")
        let noFace = try await service.post("/identify?gallery=g", image: FakeImage.png(faces: 0))
        #expect(noFace.status == 422 && noFace.code == "face_not_found")
        await service.close()
    }

    @Test func `verify and identify say the same of a pair of faces, to the last digit`() async throws {
        let service = try await ServiceHarness()
        for person in UInt8(1)...30 {
            _ = try await service.put("/galleries/g\(person)")
            try await service.enrol("x", in: "g\(person)", person: person, photographs: [0])
            // Of the same person, of another, and the same photograph again.
            for (other, photograph) in [(person, UInt8(1)), (person + 1, 0), (person, 0)] {
                let probe = FakeImage.png(person: other, photograph: photograph)
                let form = Form.body([("image1", FakeImage.png(person: person)), ("image2", probe)])
                let pair = try await service.send("POST", "/verify", body: form, type: Form.type).json
                let held = try await service.post("/verify?gallery=g\(person)&identity=x", image: probe).json
                let found = try await service.post("/identify?gallery=g\(person)&threshold=-1", image: probe)
                let match = try #require(
                    try found.json["faces"]?.arrayValue?[0]["matches"]?.arrayValue?.first)
                let similarity = try #require(match["similarity"]?.doubleValue)
                #expect(similarity <= 1 && similarity > -1)
                for answer in [pair, held] {
                    #expect(answer["similarity"]?.doubleValue == similarity)
                    #expect(answer["angle_degrees"] == match["angle_degrees"])
                }
            }
        }
        await service.close()
    }
}
