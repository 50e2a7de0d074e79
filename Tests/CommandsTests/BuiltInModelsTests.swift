import Faces
import Foundation
import TestKit
import Testing

/// The commands with the models that travel inside the executable.
@Suite(.serialized) struct BuiltInModelsTests {
    @Test func `the executable embeds a face from any folder, without an option`() async throws {
        let folder = TemporaryFolder()
        let (status, output) = try await Executable.run(
            "embed", "--json", "--max-faces", "1", Executable.portrait, in: folder)
        #expect(status == 0)
        let answer = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        let faces = answer?["faces"] as? [[String: Any]]
        #expect((faces?.first?["embedding"] as? [Double])?.count == 128)
        #expect(
            (answer?["model"] as? [String: Any])?["name"] as? String == BuiltInModel.recognizer.manifest.name)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `the executable enrols, identifies and checks itself from any folder`() async throws {
        let folder = TemporaryFolder()
        let person = folder.file("people/Nobody")
        try FileManager.default.createDirectory(atPath: person, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Executable.portrait, toPath: person + "/1.png")
        let (enrolled, _) = try await Executable.run(
            "enroll", "--gallery", "g", "--select", "largest", "people", in: folder)
        #expect(enrolled == 0)
        let (identified, matches) = try await Executable.run(
            "identify", "--gallery", "g", "--max-faces", "1", "people/Nobody/1.png", in: folder)
        #expect(identified == 0 && matches.contains("Nobody"))
        let (checked, report) = try await Executable.run("check", "--json", in: folder)
        #expect(checked == 0)
        let object = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
        #expect(object?["faces"] as? Int == 1)
        let tests = object?["self_tests"] as? [[String: Any]]
        #expect(tests?.compactMap { $0["golden"] as? Bool } == [true, true])
    }

    @Test func `check tells what the self-test found`() async {
        let folder = TemporaryFolder()
        let (status, console) = await arcface("check", "--data", folder.file("data"))
        #expect(status == 1)
        for model in BuiltInModel.all { #expect(console.output.contains("\(model.manifest.name): ")) }
        #expect(console.output.contains("golden"))
        #expect(console.output.hasSuffix("0 galleries, 0 faces, 1 problems\n"))
    }

    @Test(arguments: ModelManifest.Kind.allCases)
    func `models info knows the built-in models by name`(kind: ModelManifest.Kind) async throws {
        let manifest = BuiltInModel.of(kind).manifest
        let (status, console) = await arcface("models", "info", manifest.name, "--json")
        #expect(status == 0, "\(console.errors)")
        let report = try #require(console.objects.first)
        #expect(report["supported"] as? Bool == true)
        let told = try #require(report["manifest"] as? [String: Any])
        #expect(told["kind"] as? String == kind.rawValue)
        #expect(told["golden_self_test"] as? Bool == true)
        #expect(told["provenance"] as? [String: String] == manifest.provenance)
        let (_, text) = await arcface("models", "info", manifest.name)
        for value in manifest.provenance.values { #expect(text.output.contains(value)) }
    }

    @Test func `models info of a file that nobody described says so`() async throws {
        let folder = TemporaryFolder()
        var model = ONNXWriter()
        model.input("x", [1, 3])
        model.node("Relu", ["x"], ["y"])
        model.output("y")
        try Data(model.bytes).write(to: URL(fileURLWithPath: folder.file("x.onnx")))
        let (status, console) = await arcface("models", "info", folder.file("x.onnx"))
        #expect(status == 0 && console.output.contains("nothing is known of its preprocessing"))
        let (missing, errors) = await arcface("models", "info", folder.file("absent.onnx"))
        #expect(missing == 1 && errors.errors.contains("absent.onnx"))
    }
}
