import Encodings
import FaceService
import Faces
import Foundation
import TestKit
import Testing

/// The whole service with the models that travel inside the executable, over a socket, without any option.
@Suite(.serialized) struct BuiltInModelsTests {
    private static func portrait() throws -> [UInt8] {
        try ServedModels.file("Sources/CModels/models/self-test.png")
    }

    @Test func `the service is ready once both models gave their golden answers`() async throws {
        let served = try await ServedModels()
        #expect(try await served.send("GET", "/readyz").status == 200)
        for model in BuiltInModel.all {
            let line = "\"model\":\"\(model.manifest.name)\",\"golden\":true"
            #expect(served.lines.text.contains(line), "\(served.lines.text)")
        }
        await served.server.drain()
    }

    @Test func `the models say what they are made from and how good they are`() async throws {
        let served = try await ServedModels()
        let models = try await served.send("GET", "/models").json
        for (key, model) in [("detector", BuiltInModel.detector), ("recognizer", BuiltInModel.recognizer)] {
            let told = try #require(models[key])
            #expect(told["name"] == .string(model.manifest.name))
            #expect(told["fingerprint"] == .string(model.fingerprint))
            for (name, text) in model.manifest.provenance {
                #expect(told["provenance"]?[name] == .string(text))
            }
            for (name, figure) in model.manifest.metrics {
                #expect(told["metrics"]?[name]?.doubleValue == figure)
            }
        }
        #expect(models["recognizer"]?["input"] == .object(["width": .integer(112), "height": .integer(112)]))
        let points = BuiltInModel.recognizer.manifest.operatingPoints
        #expect(models["recognizer"]?["thresholds"]?.arrayValue?.count == points.count)
        await served.server.drain()
    }

    @Test func `a picture made of an embedding is answered with that embedding`() async throws {
        let served = try await ServedModels(["inversion.enabled": "true"])
        let embedded = try await served.send("POST", "/embed?max_faces=1", Self.portrait())
        let vector = try #require(embedded.json["faces"]?.arrayValue?.first?["embedding"])
        let started = try await served.send(
            "POST", "/admin/invert", Array("{\"embedding\":\(vector.jsonText()),\"iterations\":60}".utf8),
            type: "application/json")
        #expect(started.status == 202, "\(started.json.jsonText())")
        let job = try #require(started.json["id"]?.stringValue)
        let report = try await served.report(of: job)
        let told = try #require(report["similarity"]?.doubleValue)
        #expect(told > 0.9, "\(report.jsonText())")
        let picture = try await served.bytes("GET", "/admin/jobs/\(job)/image")
        let again = try await served.send("POST", "/embed?aligned=true", picture)
        let seen = try #require(again.json["faces"]?.arrayValue?.first?["embedding"]?.arrayValue)
        let wanted = try #require(vector.arrayValue)
        let cosine = zip(seen, wanted).reduce(0) { sum, pair in
            sum + (pair.0.doubleValue ?? 0) * (pair.1.doubleValue ?? 0)
        }
        #expect(abs(cosine - told) < 1e-4)
        await served.server.drain()
    }

    @Test func `a recogniser whose file was replaced since the start inverts nothing`() async throws {
        let folder = TemporaryFolder()
        let recognizer = URL(fileURLWithPath: folder.file("r.onnx"))
        var bytes = try ServedModels.file("Sources/CModels/models/recognizer.onnx")
        try Data(bytes).write(to: recognizer)
        try Data(ServedModels.file("Sources/CModels/models/recognizer.onnx.json"))
            .write(to: URL(fileURLWithPath: folder.file("r.onnx.json")))
        let served = try await ServedModels([
            "inversion.enabled": "true", "models.recognizer": recognizer.path,
        ])
        // The same network with a remark (`doc_string`): another file.
        bytes += [0x32, 0x01, UInt8(ascii: "x")]
        try Data(bytes).write(to: recognizer)
        let vector = [Double](repeating: 0, count: 127) + [1]
        let started = try await served.send(
            "POST", "/admin/invert", Array("{\"embedding\":\(vector),\"iterations\":5}".utf8),
            type: "application/json")
        let job = try #require(started.json["id"]?.stringValue)
        let failure = await #expect(throws: ServedModels.JobFailed.self) {
            _ = try await served.report(of: job)
        }
        #expect(failure?.job.contains("changed since the start") == true, "\(String(describing: failure))")
        await served.server.drain()
    }

    @Test func `a face is embedded, verified, enrolled, identified and purified`() async throws {
        let served = try await ServedModels()
        let portrait = try Self.portrait()
        let embedded = try await served.send("POST", "/embed?max_faces=1", portrait)
        #expect(embedded.status == 200, "\(embedded.json.jsonText())")
        let faces = try #require(embedded.json["faces"]?.arrayValue)
        let vector = try #require(faces.first?["embedding"]?.arrayValue).compactMap(\.doubleValue)
        #expect(vector.count == 128 && abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)

        let image = "\"\(Base64.encode(portrait))\""
        let verified = try await served.send(
            "POST", "/verify", Array("{\"image1\":\(image),\"image2\":\(image),\"max_faces\":1}".utf8),
            type: "application/json")
        #expect(verified.json["same"] == .bool(true), "\(verified.json.jsonText())")
        #expect(try #require(verified.json["similarity"]?.doubleValue) > 0.999)

        #expect(try await served.send("PUT", "/galleries/g").status == 201)
        let enrolled = try await served.send(
            "POST", "/galleries/g/identities/Nobody/faces?select=largest", portrait)
        #expect(enrolled.status == 201, "\(enrolled.json.jsonText())")
        let id = try #require(enrolled.json["faces"]?.arrayValue?.first?["face_id"])
        let identified = try await served.send("POST", "/identify?gallery=g&max_faces=1", portrait)
        let match = try #require(
            identified.json["faces"]?.arrayValue?.first?["matches"]?.arrayValue?.first)
        #expect(match["identity"] == .string("Nobody") && match["face_id"] == id)

        let report = try await served.purify("g")
        #expect(report["faces"] == .integer(1) && report["quarantined"] == .integer(0))
        await served.server.drain()
    }

    @Test func `a gallery of one precision refuses the faces of another, and says why`() async throws {
        let folder = TemporaryFolder()
        let portrait = try Self.portrait()
        let exact = try await ServedModels(folder: folder)
        #expect(try await exact.send("PUT", "/galleries/g").status == 201)
        let enrolled = try await exact.send(
            "POST", "/galleries/g/identities/Nobody/faces?select=largest", portrait)
        #expect(enrolled.status == 201, "\(enrolled.json.jsonText())")
        await exact.server.drain()

        let rounded = try await ServedModels(
            folder: folder, ["models.recognizer_precision": "fp16-weights"])
        let embedded = try await rounded.send("POST", "/embed?max_faces=1", portrait)
        let vector = try #require(embedded.json["faces"]?.arrayValue?.first?["embedding"]).jsonText()
        let reason = "precision fp32, not fp16-weights"
        for (method, target, body) in [
            ("PUT", "/galleries/g", []), ("POST", "/identify?gallery=g", portrait),
            ("POST", "/verify?gallery=g&identity=Nobody", portrait),
            ("POST", "/galleries/g/identities/Nobody/faces?select=largest", portrait),
        ] as [(String, String, [UInt8])] {
            let refused = try await rounded.send(method, target, body)
            #expect(refused.status == 409 && refused.json["code"] == .string("model_mismatch"), "\(target)")
            #expect(
                refused.json["detail"]?.stringValue?.contains(reason) == true, "\(refused.json.jsonText())")
        }
        let probe = try await rounded.send(
            "POST", "/identify?gallery=g", Array("{\"embedding\":\(vector)}".utf8), type: "application/json")
        #expect(probe.json["code"] == .string("model_mismatch"), "\(probe.json.jsonText())")
        #expect(rounded.lines.text.contains("gallery_of_other_model") && rounded.lines.text.contains(reason))
        await rounded.server.drain()

        let again = try await ServedModels(folder: folder)
        let found = try await again.send("POST", "/identify?gallery=g&max_faces=1", portrait)
        let match = found.json["faces"]?.arrayValue?.first?["matches"]?.arrayValue?.first
        #expect(match?["identity"] == .string("Nobody"), "\(found.json.jsonText())")
        await again.server.drain()
    }

    @Test func `an aligned crop and the portrait it was cut from are one person`() async throws {
        let served = try await ServedModels()
        func vector(_ target: String, _ image: [UInt8]) async throws -> [Double] {
            let answer = try await served.send("POST", target, image).json
            let face = try #require(answer["faces"]?.arrayValue?.first, "\(answer.jsonText())")
            return try #require(face["embedding"]?.arrayValue).compactMap(\.doubleValue)
        }
        let whole = try await vector("/embed?max_faces=1", try Self.portrait())
        let crop = try await vector(
            "/embed?aligned=true", try ServedModels.file("Sources/CModels/models/self-test-face.png"))
        let cosine = zip(whole, crop).reduce(0) { $0 + $1.0 * $1.1 }
        // Cut by another detector, perhaps, and so a little differently.
        #expect(cosine > Double(BuiltInModel.recognizer.manifest.threshold))
        await served.server.drain()
    }
}
