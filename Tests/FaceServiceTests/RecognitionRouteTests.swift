import Encodings
import FaceService
import Foundation
import HTTP
import TestKit
import Testing

struct RecognitionRouteTests {
    private func coded(_ faces: UInt8 = 1, person: UInt8 = 1, photograph: UInt8 = 0) -> String {
        Base64.encode(FakeImage.png(faces: faces, person: person, photograph: photograph))
    }

    @Test func `detect answers faces largest first, and none as an empty list`() async throws {
        let service = try await ServiceHarness()
        let two = try await service.post("/detect", image: FakeImage.png(faces: 2)).json
        #expect(two["image"] == .object(["width": .integer(32), "height": .integer(32)]))
        let faces = try #require(two["faces"]?.arrayValue)
        #expect(faces.count == 2)
        #expect(faces[0]["box"]?["width"]?.doubleValue == 60)
        #expect(faces[0]["landmarks"]?.arrayValue?.count == 5)
        #expect(faces[0]["embedding"] == nil && faces[0]["crop"] == nil)
        let none = try await service.post("/detect", image: FakeImage.png(faces: 0))
        #expect(none.status == 200)
        #expect(try none.json["faces"]?.arrayValue == [])
        await service.close()
    }

    @Test(arguments: ["image/jpeg", "image/png", "application/octet-stream", nil])
    func `the bytes of a raw body decide, not its label`(type: String?) async throws {
        let service = try await ServiceHarness()
        let answer = try await service.send("POST", "/detect", body: FakeImage.png(), type: type)
        #expect(answer.status == 200)
        await service.close()
    }

    @Test func `the three forms of an image give the same answer`() async throws {
        let service = try await ServiceHarness()
        let image = FakeImage.png()
        let raw = try await service.post("/embed", image: image)
        let form = try await service.send(
            "POST", "/embed", body: Form.body([("image", image)]), type: Form.type)
        let json = try await service.post("/embed", json: "{\"image\":\"\(Base64.encode(image))\"}")
        let data = try await service.post(
            "/embed", json: "{\"image\":\"DATA:image/png;BASE64,\(Base64.encode(image))\"}")
        #expect(raw.status == 200)
        for other in [form, json, data] { #expect(other.bytes == raw.bytes) }
        await service.close()
    }

    @Test func `options come in the query, the body or the form`() async throws {
        let service = try await ServiceHarness()
        let image = FakeImage.png(faces: 3)
        let query = try await service.post("/detect?max_faces=1", image: image).json
        let body = try await service.post(
            "/detect", json: "{\"image\":\"\(Base64.encode(image))\",\"max_faces\":1}"
        ).json
        let form = try await service.send(
            "POST", "/detect", body: Form.body([("image", image), ("max_faces", Array("1".utf8))]),
            type: Form.type
        ).json
        for answer in [query, body, form] { #expect(answer["faces"]?.arrayValue?.count == 1) }
        let filtered = try await service.post("/detect?min_size=45&min_score=0.5", image: image).json
        #expect(filtered["faces"]?.arrayValue?.count == 2)
        await service.close()
    }

    @Test func `embed answers the model, unit vectors and quality`() async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post("/embed", image: FakeImage.png()).json
        #expect(answer["model"]?["name"] == .string("fake-recognizer"))
        #expect(answer["model"]?["dimension"] == .integer(FakeAnalyzer.dimension))
        #expect(answer["model"]?["fingerprint"]?.stringValue?.count == 64)
        let face = try #require(answer["faces"]?.arrayValue?.first)
        let vector = try #require(face["embedding"]?.arrayValue).compactMap(\.doubleValue)
        #expect(vector.count == FakeAnalyzer.dimension)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        #expect(face["quality"]?["embedding_norm"]?.doubleValue == 20)
        #expect(face["quality"]?["face_size"]?.doubleValue == 60)
        for name in ["sharpness", "yaw", "pitch", "roll"] {
            #expect(face["quality"]?[name]?.doubleValue != nil)
        }
        await service.close()
    }

    @Test func `embeddings come as base64 and crops as JPEG where asked for`() async throws {
        let service = try await ServiceHarness()
        let plain = try await service.post("/embed", image: FakeImage.png()).json
        let coded = try await service.post("/embed?embedding_format=base64&crop=true", image: FakeImage.png())
            .json
        let numbers = plain["faces"]?.arrayValue?[0]["embedding"]?.arrayValue?.compactMap {
            $0.doubleValue.map { Float($0) }
        }
        let text = try #require(coded["faces"]?.arrayValue?[0]["embedding"]?.stringValue)
        #expect(Base64.decodeFloats(text) == numbers)
        let crop = try #require(
            coded["faces"]?.arrayValue?[0]["crop"]?.stringValue.flatMap { Base64.decode($0) })
        #expect(crop.starts(with: [0xFF, 0xD8, 0xFF]))
        await service.close()
    }

    @Test func `no face is a problem for embed, and an entry among several images`() async throws {
        let service = try await ServiceHarness()
        let none = try await service.post("/embed", image: FakeImage.png(faces: 0))
        #expect(none.status == 422 && none.code == "face_not_found")
        #expect(none.headers.text(.contentType) == "application/problem+json")
        let several = try await service.post(
            "/embed", json: "{\"images\":[\"\(coded())\",\"\(coded(0))\",\"AAAA\",\"\(coded(2))\"]}")
        let results = try #require(try several.json["results"]?.arrayValue)
        #expect(results.count == 4)
        #expect(results[0]["faces"]?.arrayValue?.count == 1)
        #expect(results[1]["code"] == .string("face_not_found"))
        #expect(results[2]["code"] == .string("image_invalid"))
        #expect(results[3]["faces"]?.arrayValue?.count == 2)
        await service.close()
    }

    @Test func `several image parts are a list too`() async throws {
        let service = try await ServiceHarness()
        let body = Form.body([("image", FakeImage.png()), ("image", FakeImage.png(faces: 0))])
        let answer = try await service.send("POST", "/embed", body: body, type: Form.type).json
        #expect(answer["results"]?.arrayValue?.count == 2)
        await service.close()
    }

    @Test func `an aligned crop is not looked through`() async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post("/embed?aligned=true", image: FakeImage.png(faces: 0, side: 16))
        #expect(answer.status == 200)
        let wrong = try await service.post("/embed?aligned=true", image: FakeImage.png(side: 20))
        #expect(wrong.status == 422 && wrong.code == "image_invalid")
        #expect(wrong.text.contains("16x16"))
        await service.close()
    }

    @Test func `verify holds two photographs against each other`() async throws {
        let service = try await ServiceHarness()
        let same = try await service.post(
            "/verify", json: "{\"image1\":\"\(coded())\",\"image2\":\"\(coded(photograph: 1))\"}"
        ).json
        let other = try await service.post(
            "/verify", json: "{\"image1\":\"\(coded())\",\"image2\":\"\(coded(person: 2))\"}"
        ).json
        #expect(same["same"] == .bool(true) && other["same"] == .bool(false))
        let similarity = try #require(same["similarity"]?.doubleValue)
        let angle = try #require(same["angle_degrees"]?.doubleValue)
        #expect(similarity > 0.9 && similarity < 1)
        #expect(abs(cos(angle * .pi / 180) - similarity) < 1e-6)
        #expect(same["threshold"]?.doubleValue == 0.5)
        #expect(same["faces"]?.arrayValue?.count == 2)
        await service.close()
    }

    @Test func `the threshold is inclusive`() async throws {
        let service = try await ServiceHarness()
        var axis = [Float](repeating: 0, count: FakeAnalyzer.dimension)
        axis[0] = 1
        let vector = JSONValue.floats(axis).jsonText()
        for (threshold, same) in [("1", true), ("-1", true)] {
            let answer = try await service.post(
                "/verify?threshold=\(threshold)", json: "{\"embedding1\":\(vector),\"embedding2\":\(vector)}"
            ).json
            #expect(answer["similarity"]?.doubleValue == 1)
            #expect(answer["angle_degrees"]?.doubleValue == 0)
            #expect(answer["same"] == .bool(same))
            #expect(answer["faces"]?.arrayValue == [.null, .null])
        }
        await service.close()
    }

    @Test func `an embedding may stand for an image, as numbers or base64`() async throws {
        let service = try await ServiceHarness()
        let vector = FakeAnalyzer.embedding(person: 1, photograph: 0)
        let numbers = JSONValue.floats(vector).jsonText()
        let text = "\"\(Base64.encode(littleEndian: vector))\""
        for embedding in [numbers, text] {
            let answer = try await service.post(
                "/verify", json: "{\"image1\":\"\(coded())\",\"embedding2\":\(embedding)}"
            ).json
            #expect(try #require(answer["similarity"]?.doubleValue) > 0.99999)
        }
        await service.close()
    }

    @Test func `a bad embedding is refused`() async throws {
        let service = try await ServiceHarness()
        let good = JSONValue.floats(FakeAnalyzer.embedding(person: 1, photograph: 0)).jsonText()
        let zeros = "[" + Array(repeating: "0", count: FakeAnalyzer.dimension).joined(separator: ",") + "]"
        let huge = "[1e300" + String(repeating: ",0", count: FakeAnalyzer.dimension - 1) + "]"
        for (embedding, status, code) in [
            ("[1,2]", 422, "embedding_invalid"), (zeros, 422, "embedding_invalid"),
            (huge, 422, "embedding_invalid"),
            ("[\"a\"]", 400, "parameter_invalid"), ("\"AAA\"", 400, "parameter_invalid"),
            ("5", 400, "parameter_invalid"),
        ] {
            let answer = try await service.post(
                "/verify", json: "{\"embedding1\":\(good),\"embedding2\":\(embedding)}")
            #expect(answer.status == status && answer.code == code, "\(embedding): \(answer.text)")
        }
        await service.close()
    }

    @Test func `verify names what is missing`() async throws {
        let service = try await ServiceHarness()
        let image = coded()
        for (target, json, code) in [
            ("/verify", "{\"image1\":\"\(image)\"}", "image_missing"), ("/verify", "{}", "image_missing"),
            ("/verify?gallery=g", "{\"image\":\"\(image)\"}", "parameter_invalid"),
            ("/verify?identity=i", "{\"image\":\"\(image)\"}", "parameter_invalid"),
            (
                "/verify?gallery=g&identity=i", "{\"image1\":\"\(image)\",\"image2\":\"\(image)\"}",
                "image_missing"
            ),
        ] {
            let answer = try await service.post(target, json: json)
            #expect(answer.status == 400 && answer.code == code, "\(target) \(answer.text)")
        }
        let noFace = try await service.post(
            "/verify", json: "{\"image1\":\"\(image)\",\"image2\":\"\(coded(0))\"}")
        #expect(noFace.status == 422 && noFace.text.contains("image2"))
        let broken = try await service.post(
            "/verify", json: "{\"image1\":\"\(image)\",\"image2\":\"aGVsbG8=\"}")
        #expect(broken.code == "image_invalid" && broken.text.contains("image2: "), "\(broken.text)")
        await service.close()
    }
}
