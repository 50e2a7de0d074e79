import Encodings
import FaceService
import Gallery
import HTTP
import HTTPServer
import TestKit
import Testing

struct BadInputTests {
    @Test(arguments: [
        ("?bogus=1", "bogus"), ("?max_faces=0", "max_faces"), ("?max_faces=x", "max_faces"),
        ("?max_faces=1&max_faces=1", "max_faces"), ("?min_score=1.5", "min_score"),
        ("?min_score=nan", "min_score"), ("?min_score=0x1p-2", "min_score"), ("?max_faces=%2B1", "max_faces"),
        ("?crop=yes", "crop"), ("?aligned=", "aligned"), ("?min_size=-1", "min_size"),
        ("?embedding_format=hex", "embedding_format"), ("?images=1", "images"),
    ])
    func `an unknown, malformed or repeated option is named`(query: String, name: String) async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post("/embed\(query)", image: FakeImage.png())
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        #expect(try answer.json["detail"]?.stringValue?.contains("'\(name)'") == true)
        await service.close()
    }

    @Test(arguments: [
        ("", "json_invalid"), ("{", "json_invalid"), ("[]", "json_invalid"),
        ("{\"image\":\"AA\"} x", "json_invalid"),
        ("{\"image\":\"AA\",\"image\":\"AA\"}", "json_invalid"), ("{}", "image_missing"),
        ("{\"image\":null}", "image_missing"), ("{\"image\":5}", "parameter_invalid"),
        ("{\"image\":\"@@\"}", "parameter_invalid"),
        ("{\"image\":\"data:image/png,AAAA\"}", "parameter_invalid"),
        ("{\"image\":\"data:;base64\"}", "parameter_invalid"), ("{\"images\":[]}", "parameter_invalid"),
        ("{\"images\":[1]}", "parameter_invalid"),
        ("{\"image\":\"AAAA\",\"images\":[\"AAAA\"]}", "parameter_invalid"),
        ("{\"image\":\"AAAA\",\"bogus\":1}", "parameter_invalid"),
        ("{\"image\":\"AAAA\",\"max_faces\":\"1\"}", "parameter_invalid"),
    ])
    func `a malformed JSON body is refused`(body: String, code: String) async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post("/embed", json: body)
        #expect(answer.status == 400 && answer.code == code, "\(answer.text)")
        await service.close()
    }

    /// What is read otherwise must be bounded too, and so may take less than images do.
    @Test func `bodies of options are held to the limit of bodies`() async throws {
        let service = try await ServiceHarness(settings: ["server.max_body_bytes": "2000"])
        func put(_ count: Int) async throws -> Answer {
            let metadata = String(repeating: "a", count: count)
            return try await service.send(
                "PUT", "/galleries/g", body: Array("{\"metadata\":{\"k\":\"\(metadata)\"}}".utf8),
                type: "application/json")
        }
        let refused = try await put(2_000)
        #expect(refused.status == 413 && refused.code == "body_too_large")
        #expect(try await service.get("/galleries/g").status == 404)
        #expect(try await put(1_900).status == 201)
        await service.close()
    }

    @Test func `an image and an embedding in one place are refused by the second's name`() async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post(
            "/identify?gallery=g", json: "{\"image\":\"AAAA\",\"embedding\":[1,0]}")
        #expect(answer.status == 400 && answer.text.contains("'embedding' stands where another input does"))
        await service.close()
    }

    @Test func `an option in the query and in the body is one too many`() async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post(
            "/embed?max_faces=1", json: "{\"image\":\"AAAA\",\"max_faces\":1}")
        #expect(answer.status == 400 && answer.text.contains("'max_faces' is given more than once"))
        await service.close()
    }

    @Test func `malformed forms are refused`() async throws {
        let service = try await ServiceHarness()
        let image = FakeImage.png()
        for (body, type, code) in [
            (Form.body([("image", image)]), "multipart/form-data", "multipart_invalid"),
            (Array("nonsense".utf8), Form.type, "multipart_invalid"),
            (Array(Form.body([("image", image)]).dropLast(8)), Form.type, "multipart_invalid"),
            (Form.body([("bogus", [1])]), Form.type, "parameter_invalid"),
            (Form.body([("image", image), ("crop", [0xFF])]), Form.type, "parameter_invalid"),
            (Form.body([("max_faces", Array("1".utf8))]), Form.type, "image_missing"),
        ] {
            let answer = try await service.send("POST", "/detect", body: body, type: type)
            #expect(answer.status == 400 && answer.code == code, "\(answer.text)")
        }
        let twice = try await service.send(
            "POST", "/detect", body: Form.body([("image", image), ("image", image)]), type: Form.type)
        #expect(twice.status == 400 && twice.code == "parameter_invalid")
        await service.close()
    }

    @Test func `images that can't be decoded are refused`() async throws {
        let service = try await ServiceHarness()
        let image = FakeImage.png()
        for bytes in [
            Array("GIF89a....".utf8), [0xFF, 0xD8, 0xFF], Array(image.prefix(image.count / 2)), [0],
        ] {
            let answer = try await service.post("/detect", image: bytes)
            #expect(answer.status == 422 && answer.code == "image_invalid", "\(answer.text)")
        }
        let empty = try await service.send("POST", "/detect", type: "image/png")
        #expect(empty.status == 400 && empty.code == "image_missing")
        await service.close()
    }

    @Test func `too large an image or body is refused`() async throws {
        let service = try await ServiceHarness(settings: [
            "decode.max_pixels": "1024", "server.max_body_bytes": "4096",
        ])
        let image = try await service.post("/detect", image: FakeImage.png(side: 64))
        #expect(image.status == 413 && image.code == "image_too_large")
        let body = try await service.post("/detect", image: [UInt8](repeating: 0, count: 5_000))
        #expect(body.status == 413 && body.code == "body_too_large")
        await service.close()
    }

    @Test func `too many images are refused`() async throws {
        let service = try await ServiceHarness(settings: ["inference.max_images": "2"])
        let answer = try await service.post("/embed", json: "{\"images\":[\"AAAA\",\"AAAA\",\"AAAA\"]}")
        #expect(answer.status == 400 && answer.text.contains("at most 2"))
        await service.close()
    }

    @Test func `a picture of more faces than are embedded is refused, and taken where fewer are asked for`()
        async throws
    {
        let service = try await ServiceHarness(settings: ["inference.max_faces": "3"])
        let crowd = FakeImage.png(faces: 4)
        for target in ["/embed", "/detect?crop=true", "/embed?max_faces=4"] {
            let refused = try await service.post(target, image: crowd)
            #expect(refused.status == 422 && refused.code == "multiple_faces", "\(refused.text)")
            #expect(
                refused.text.contains("more than 3 faces") && refused.text.contains("inference.max_faces"))
        }
        let fewer = try await service.post("/embed?max_faces=2", image: crowd)
        #expect(try fewer.json["faces"]?.arrayValue?.count == 2)
        let all = try await service.post("/embed", image: FakeImage.png(faces: 3))
        #expect(try all.json["faces"]?.arrayValue?.count == 3)
        let boxes = try await service.post("/detect", image: crowd)
        #expect(try boxes.json["faces"]?.arrayValue?.count == 4)
        await service.close()
    }

    @Test func `a request whose client is gone is no failure of the service`() {
        let errors: [any Error] = [CancellationError(), BodyError.disconnected, BodyError.cancelled]
        for error in errors {
            let problem = ProblemMapping.problem(for: error)
            #expect(problem.code == .cancelled && problem.code.status == 499)
        }
    }

    @Test func `too many inputs are told by the name that they were sent under`() async throws {
        let service = try await ServiceHarness(settings: ["inference.max_images": "2"])
        _ = try await service.put("/galleries/g")
        let target = "/galleries/g/identities/a/faces"
        for (answer, reason) in [
            (
                try await service.post(target, json: "{\"embeddings\":[[1],[1],[1]]}"),
                "'embeddings' holds 3 elements, at most 2 are taken"
            ),
            (
                try await service.post(target, json: "{\"images\":[\"AAAA\",\"AAAA\",\"AAAA\"]}"),
                "'images' holds 3 elements, at most 2 are taken"
            ),
            (
                try await service.send(
                    "POST", target, body: Form.body(Array(repeating: ("image", [1]), count: 3)),
                    type: Form.type),
                "'image' is one too many: 3 inputs were sent, at most 2 are taken"
            ),
        ] {
            #expect(answer.status == 400 && answer.code == "parameter_invalid")
            #expect(try answer.json["detail"] == .string(reason))
        }
        await service.close()
    }

    @Test func `a part of a name that is not known is told so, with the parts that are`() async throws {
        let service = try await ServiceHarness()
        for (target, parts) in [
            ("/detect", "a part called 'image'"), ("/embed", "parts called 'image'"),
            ("/verify", "parts 'image', 'image1', 'image2'"),
        ] {
            for content in [FakeImage.png(), Array("text".utf8)] {
                let answer = try await service.send(
                    "POST", target, body: Form.body([("file", content)]), type: Form.type)
                #expect(answer.status == 400 && answer.code == "parameter_invalid")
                #expect(
                    try answer.json["detail"] == .string("'file' is not known here; images come in \(parts)"))
            }
        }
        let option = try await service.send(
            "POST", "/detect", body: Form.body([("image", FakeImage.png()), ("crop", [0xFF])]),
            type: Form.type)
        #expect(option.status == 400 && option.text.contains("'crop' is not UTF-8 text"))
        await service.close()
    }

    @Test func `other content types and encodings are refused with what is taken`() async throws {
        let service = try await ServiceHarness()
        for type in ["text/plain", "application/xml", "nonsense"] {
            let answer = try await service.send("POST", "/detect", body: FakeImage.png(), type: type)
            #expect(answer.status == 415 && answer.code == "unsupported_media_type")
            #expect(answer.headers.text(.accept)?.contains("multipart/form-data") == true)
        }
        let packed = try await service.send(
            "POST", "/detect", body: FakeImage.png(), type: "image/png", headers: [.contentEncoding: "gzip"])
        #expect(packed.status == 415)
        let gallery = try await service.send("PUT", "/galleries/g", body: [1], type: "image/png")
        #expect(gallery.status == 415 && gallery.headers.text(.accept) == "application/json")
        await service.close()
    }

    @Test func `an error inside tells nothing but the request id`() async throws {
        let service = try await ServiceHarness(analyzer: FakeAnalyzer(gate: Gate()))
        await service.service.application.store.close()
        let answer = try await service.get("/galleries")
        #expect(answer.status == 503 && answer.code == "unavailable")
        #expect(try answer.json["request_id"] == .string("test-id"))
        let unknown = ProblemMapping.problem(for: FakeAnalyzer.Broken())
        #expect(unknown.code == .internal && !unknown.detail.contains("Broken"))
        await service.close()
    }

    @Test func `no damage to a body makes the service trap or answer 500`() async throws {
        let service = try await ServiceHarness()
        let image = FakeImage.png()
        let json = Array("{\"image\":\"\(Base64.encode(image))\",\"max_faces\":2,\"crop\":true}".utf8)
        var generator = SeededGenerator(seed: 11)
        for (seed, type) in [
            (json, "application/json"), (Form.body([("image", image)]), Form.type), (image, "image/png"),
        ] {
            for _ in 0..<150 {
                var bytes = seed
                for _ in 0..<Int.random(in: 1...5, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                let answer = try await service.send("POST", "/detect", body: bytes, type: type)
                #expect(answer.status < 500, "\(answer.text)")
            }
        }
        await service.close()
    }
}
