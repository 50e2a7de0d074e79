import Encodings
import FaceService
import Locks
import TestKit
import Testing

struct EnrolTests {
    private let target = "/galleries/g/identities/anna/faces"

    private func ready(_ settings: [String: String] = [:]) async throws -> ServiceHarness {
        let service = try await ServiceHarness(settings: settings)
        _ = try await service.put("/galleries/g")
        return service
    }

    private func images(_ images: [[UInt8]]) -> String {
        "{\"images\":[\(images.map { "\"\(Base64.encode($0))\"" }.joined(separator: ","))]}"
    }

    @Test func `good images are enrolled though others are rejected`() async throws {
        let service = try await ready()
        let answer = try await service.post(
            target,
            json: images([
                FakeImage.png(faces: 0), FakeImage.png(), FakeImage.png(faces: 2), [1, 2, 3],
                FakeImage.png(photograph: 1),
            ]))
        #expect(answer.status == 201)
        let faces = try #require(try answer.json["faces"]?.arrayValue)
        #expect(faces.map { $0["index"] } == [.integer(1), .integer(4)])
        #expect(faces[0]["duplicate"] == .bool(false) && faces[0]["score"]?.doubleValue != nil)
        let rejected = try #require(try answer.json["rejected"]?.arrayValue)
        #expect(rejected.map { $0["index"] } == [.integer(0), .integer(2), .integer(3)])
        #expect(
            rejected.map { $0["code"] } == [
                .string("face_not_found"), .string("multiple_faces"), .string("image_invalid"),
            ])
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(2))
        await service.close()
    }

    @Test func `nothing good is a refusal that changes nothing`() async throws {
        let service = try await ready()
        let one = try await service.post(target, image: FakeImage.png(faces: 0))
        #expect(one.status == 422 && one.code == "face_not_found")
        #expect(try one.json["rejected"]?.arrayValue?.count == 1)
        let mixed = try await service.post(
            target, json: images([FakeImage.png(faces: 0), FakeImage.png(faces: 2)]))
        #expect(mixed.status == 422 && mixed.code == "not_enrolled")
        #expect(try await service.get("/galleries/g").json["identities"] == .integer(0))
        await service.close()
    }

    @Test func `atomic makes it all or nothing`() async throws {
        let service = try await ready()
        let answer = try await service.post(
            target + "?atomic=true", json: images([FakeImage.png(), FakeImage.png(faces: 0)]))
        #expect(answer.status == 422 && answer.code == "face_not_found")
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(0))
        await service.close()
    }

    @Test func `the same bytes again are the first face`() async throws {
        let service = try await ready()
        let first = try await service.post(target, image: FakeImage.png()).json["faces"]?.arrayValue?[0]
        let again = try await service.post(target, image: FakeImage.png())
        #expect(again.status == 201)
        let face = try again.json["faces"]?.arrayValue?[0]
        #expect(face?["duplicate"] == .bool(true) && face?["face_id"] == first?["face_id"])
        #expect(face?["box"] == first?["box"] && face?["quality"] == first?["quality"])
        let twice = try await service.post(
            target, json: images([FakeImage.png(photograph: 5), FakeImage.png(photograph: 5)])
        ).json["faces"]?.arrayValue
        #expect(twice?[0]["face_id"] == twice?[1]["face_id"])
        #expect(twice?[1]["duplicate"] == .bool(true))
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(2))
        let other = try await service.post("/galleries/g/identities/other/faces", image: FakeImage.png())
        #expect(try other.json["faces"]?.arrayValue?[0]["duplicate"] == .bool(false))
        await service.close()
    }

    @Test func `a duplicate that is set aside says so, an image's and an embedding's`() async throws {
        let service = try await ready()
        let first = try await service.post(target, image: FakeImage.png()).json["faces"]?.arrayValue?[0]
        #expect(first?["quarantined"] == nil)
        let seen = try await service.post(target, image: FakeImage.png()).json["faces"]?.arrayValue?[0]
        #expect(seen?["duplicate"] == .bool(true) && seen?["quarantined"] == nil)
        let body = "{\"embedding\":\(vector(3, 0))}"
        let second = try await service.post(target, json: body).json["faces"]?.arrayValue?[0]
        for face in [first, second] {
            try await service.setAside(try #require(face?["face_id"]?.stringValue), in: "g")
        }
        for answer in [
            try await service.post(target, image: FakeImage.png()),
            try await service.post(target + "?max_faces=2", image: FakeImage.png()),
            try await service.post(target, json: body),
        ] {
            let face = try answer.json["faces"]?.arrayValue?[0]
            #expect(answer.status == 201 && face?["duplicate"] == .bool(true), "\(answer.text)")
            #expect(face?["quarantined"] == .bool(true), "\(answer.text)")
        }
        await service.close()
    }

    @Test func `the largest of several faces is taken where asked for`() async throws {
        let service = try await ready()
        let answer = try await service.post(target + "?select=largest", image: FakeImage.png(faces: 3))
        #expect(answer.status == 201)
        #expect(try answer.json["faces"]?.arrayValue?[0]["box"]?["width"]?.doubleValue == 60)
        let two = try await service.post(
            target + "?max_faces=2", image: FakeImage.png(faces: 2, photograph: 1))
        #expect(try two.json["faces"]?.arrayValue?.count == 2)
        await service.close()
    }

    @Test func `faces that can't be enrolled are not embedded`() async throws {
        let embedded = Locked(0)
        let service = try await ServiceHarness(analyzer: FakeAnalyzer(embedded: embedded))
        _ = try await service.put("/galleries/g")
        let several = try await service.post(target, image: FakeImage.png(faces: 5))
        #expect(
            several.code == "multiple_faces" && several.text.contains("5 faces were found where 1 may be"))
        #expect(embedded.withLock { $0 } == 0)
        let largest = try await service.post(target + "?select=largest", image: FakeImage.png(faces: 5))
        #expect(largest.status == 201 && embedded.withLock { $0 } == 1)
        await service.close()
    }

    @Test(arguments: [
        ("min_face_size=61", "face_too_small"), ("min_sharpness=1", "low_sharpness"),
        ("max_yaw=0", "extreme_pose"),
        ("max_pitch=0", "extreme_pose"), ("max_roll=0", "extreme_pose"), ("min_score=0.95", "face_not_found"),
        ("min_size=61", "face_not_found"),
    ])
    func `quality options reject with their own codes`(option: String, code: String) async throws {
        let service = try await ready()
        let answer = try await service.post("\(target)?\(option)", image: FakeImage.png())
        #expect(answer.status == 422 && answer.code == code, "\(answer.text)")
        await service.close()
    }

    @Test func `a face nearer to another identity is refused where asked for`() async throws {
        let service = try await ready()
        try await service.enrol("bert", person: 2, photographs: [0])
        let conflict = try await service.post(
            target + "?on_conflict=reject", image: FakeImage.png(person: 2, photograph: 7))
        #expect(conflict.status == 422 && conflict.code == "identity_conflict")
        #expect(!conflict.text.contains("bert"))
        #expect(try await service.post(target + "?on_conflict=reject", image: FakeImage.png()).status == 201)
        #expect(try await service.post(target, image: FakeImage.png(person: 2, photograph: 7)).status == 201)
        await service.close()
    }

    @Test
    func `of enrolments of one face under several names at once, one is taken where conflicts are refused`()
        async throws
    {
        let service = try await ready()
        for person in UInt8(20)..<25 {
            let body = "{\"embedding\":\(vector(person, 0))}"
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for name in 0..<6 {
                    group.addTask {
                        let path = "/galleries/g/identities/\(person)-\(name)/faces?on_conflict=reject"
                        return try await service.post(path, json: body).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 422, 422, 422, 422, 422])
        }
        await service.close()
    }

    private func vector(_ person: UInt8, _ photograph: UInt8) -> String {
        JSONValue.floats(FakeAnalyzer.embedding(person: person, photograph: photograph)).jsonText()
    }

    @Test func `what was enrolled before is a duplicate, also where another identity has it too`()
        async throws
    {
        let service = try await ready()
        let other = "/galleries/g/identities/other/faces"
        for body in ["{\"embedding\":\(vector(3, 0))}", images([FakeImage.png(person: 4)])] {
            let first = try await service.post(target, json: body)
            #expect(try await service.post(other, json: body).status == 201)
            for options in ["on_conflict=reject", "on_conflict=reject&max_faces=2"] {
                let again = try await service.post("\(target)?\(options)", json: body)
                let face = try again.json["faces"]?.arrayValue?.first
                #expect(again.status == 201 && face?["duplicate"] == .bool(true), "\(again.text)")
                #expect(face?["face_id"] == (try first.json["faces"]?.arrayValue?.first?["face_id"]))
            }
            let late = try await service.post(other + "?on_conflict=reject", json: body)
            #expect(late.status == 201, "\(late.text)")
        }
        let gated = try await service.post(
            target + "?max_faces=2&min_sharpness=1e8", image: FakeImage.png(person: 4))
        #expect(gated.status == 201, "what is there already needs no second look")
        await service.close()
    }

    @Test func `a face that is as near to another identity as to its own is no conflict`() async throws {
        let service = try await ready()
        for identity in ["zoe", "other", "anna"] {
            let body = "{\"embedding\":\(vector(3, 0))}"
            let faces = "/galleries/g/identities/\(identity)/faces"
            #expect(try await service.post(faces, json: body).status == 201)
        }
        let near = "{\"embedding\":\(vector(3, 1))}"
        #expect(try await service.post(target + "?on_conflict=reject", json: near).status == 201)
        let stranger = try await service.post(
            "/galleries/g/identities/new/faces?on_conflict=reject", json: near)
        #expect(stranger.status == 422 && stranger.code == "identity_conflict")
        await service.close()
    }

    @Test(arguments: [
        "min_sharpness=1", "min_face_size=10", "max_yaw=90", "max_pitch=90", "max_roll=90", "min_score=0.1",
        "min_size=1",
    ])
    func `a gate that an embedding can't be held to is refused with one`(option: String) async throws {
        let service = try await ready()
        let answer = try await service.post(
            "\(target)?\(option)", json: "{\"embedding\":\(vector(3, 0))}")
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        #expect(answer.text.contains("'\(option.prefix { $0 != "=" })'"), "\(answer.text)")
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(0))
        await service.close()
    }

    @Test func `one poor face rejects its whole image`() async throws {
        let service = try await ready()
        let answer = try await service.post(
            target + "?max_faces=2&min_face_size=60", image: FakeImage.png(faces: 2))
        #expect(answer.status == 422 && answer.code == "face_too_small", "\(answer.text)")
        #expect(try await service.get("/galleries/g").json["faces"] == .integer(0))
        await service.close()
    }

    @Test func `an embedding made elsewhere is enrolled`() async throws {
        let service = try await ready()
        let vector = JSONValue.floats(FakeAnalyzer.embedding(person: 3, photograph: 0)).jsonText()
        let answer = try await service.post(target, json: "{\"embedding\":\(vector)}")
        #expect(answer.status == 201)
        #expect(try answer.json["faces"]?.arrayValue?[0]["box"] == .null)
        let again = try await service.post(target, json: "{\"embeddings\":[\(vector)]}")
        #expect(try again.json["faces"]?.arrayValue?[0]["duplicate"] == .bool(true))
        let bad = try await service.post(target, json: "{\"embedding\":[1]}")
        #expect(bad.status == 422 && bad.code == "embedding_invalid")
        await service.close()
    }

    @Test func `a gallery that is not there is told before any work`() async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post(target, image: FakeImage.png())
        #expect(answer.status == 404 && answer.code == "gallery_not_found")
        await service.close()
    }
}
