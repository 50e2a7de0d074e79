import Foundation
import Imaging
import TestKit
import Testing

/// `arcface invert` where it is refused before any step is made.
struct InvertTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ("", "line 1"), ("[1, 2", "line 1"), ("[]", "the embedding is no array of numbers"),
        ("[\"a\"]", "the embedding is no array of numbers"),
        ("{\"faces\": []}", "neither an array of numbers nor an object"),
        ("{\"embedding\": \"!!\"}", "no base64 of float32 numbers"),
        ("{\"embedding\": true}", "the embedding is no array of numbers"),
    ])
    func `a file that holds no embedding is named`(text: String, reason: String) async throws {
        let file = folder.file("e.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let (status, console) = await invert("--embedding", file)
        #expect(status == 1 && console.errors.contains(file), "\(console.errors)")
        #expect(console.errors.contains(reason), "\(console.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("face.png")))
    }

    @Test func `an embedding of another length or model is refused`() async throws {
        let file = folder.file("e.json")
        try Data("[0.6, 0.8]".utf8).write(to: URL(fileURLWithPath: file))
        let short = await invert("--embedding", file)
        #expect(
            short.status == 1 && short.console.errors.contains("the embedding has 2 numbers, but arcface-"))
        let answer = "{\"model\": {\"fingerprint\": \"abcdef\"}, \"faces\": [{\"embedding\": \"AACAPw==\"}]}"
        try Data(answer.utf8).write(to: URL(fileURLWithPath: file))
        let foreign = await invert("--embedding", file)
        #expect(foreign.status == 1 && foreign.console.errors.contains("of another model (abcdef)"))
    }

    @Test func `a folder that is not there is told before the work`() async {
        let (status, console) = await arcface(
            "invert", "--embedding", "none.json", "--output", folder.file("no/face.png"))
        #expect(status == 1 && console.errors.contains("there is no folder \(folder.file("no"))"))
    }

    @Test func `a prior that is none is named`() async throws {
        let (file, prior) = (folder.file("e.json"), folder.file("p.prior"))
        try Data("[0.6, 0.8]".utf8).write(to: URL(fileURLWithPath: file))
        let missing = await invert("--embedding", file, "--prior", prior)
        #expect(missing.status == 1 && missing.console.errors.contains("the prior \(prior) is not there"))
        try Data("something".utf8).write(to: URL(fileURLWithPath: prior))
        let broken = await invert("--embedding", file, "--prior", prior)
        #expect(broken.status == 1 && broken.console.errors.contains("the prior \(prior) cannot be used"))
    }

    @Test func `a picture is made of what embed printed, with a prior that was recorded before`() async throws
    {
        let gallery = try TinyGallery()
        try Data(Self.recognizer()).write(to: URL(fileURLWithPath: gallery.folder.file("one.onnx")))
        for index in 0..<11 { try gallery.photograph("ada/\(index).png", red: UInt8(20 * index)) }
        try gallery.photograph("ada/deep/11.png", red: 220)
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: gallery.photos + "/ada/notes.txt"))
        let models = [
            "--recognizer", gallery.folder.file("one.onnx"), "--detector", gallery.folder.file("finder.onnx"),
        ]
        let recorded = RecordedConsole()
        let words = ["models", "prior", gallery.photos, "--aligned", "--json"]
        #expect(await recorded.run(words + models) == 0, "\(recorded.errors)")
        #expect(recorded.objects.first?["faces"] as? Int == 12)
        #expect(recorded.errors.contains("notes.txt: skipped"))
        #expect(FileManager.default.fileExists(atPath: gallery.folder.file("one.onnx.prior")))

        let embedded = await gallery.run("embed", "--aligned", "--json", gallery.photos + "/ada/3.png")
        let (file, face) = (folder.file("e.json"), folder.file("face.png"))
        try Data(embedded.console.output.utf8).write(to: URL(fileURLWithPath: file))
        try folder.write([], to: "face.png")
        #expect(chmod(face, 0o644) == 0)
        let made = await gallery.run(
            "invert", "--embedding", file, "--output", face, "--iterations", "30", "--json")
        #expect(made.status == 0, "\(made.console.errors)")
        let report = try #require(made.console.objects.first)
        #expect(report["prior"] as? Bool == true && report["iterations"] as? Int == 30)
        #expect((report["cosine"] as? Double ?? 0) > 0.9)
        let picture = try SourceImage(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: face))))
        #expect(picture.format == .png && picture.width == 112 && picture.height == 112)
        #expect(SpecialFile.mode(face) == 0o600)

        _ = await gallery.enrol()
        let enrolled = await gallery.run(
            "invert", "--gallery", "g", "--identity", "ada", "--output", face, "--iterations", "2")
        #expect(enrolled.status == 0, "\(enrolled.console.errors)")
        let stranger = await gallery.run(
            "invert", "--gallery", "g", "--identity", "bob", "--output", face, "--iterations", "2")
        #expect(stranger.status == 1 && stranger.console.errors.contains("bob"))
    }

    /// A recogniser that has a derivative: a convolution over quarters and a matrix.
    private static func recognizer() -> [UInt8] {
        var generator = SeededGenerator(seed: 1)
        func numbers(_ count: Int, _ scale: Float) -> [Float] {
            (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
        }
        var model = ONNXWriter()
        model.input("x", [nil, 3, 112, 112])
        model.output("embedding", [nil, 8])
        model.initializer("w", [6, 3, 56, 56], numbers(6 * 3 * 56 * 56, 0.01))
        model.initializer("m", [24, 8], numbers(24 * 8, 1))
        model.initializer("b", [8], numbers(8, 0.1))
        model.node("Conv", ["x", "w"], ["c"], [ONNXAttribute.ints("strides", [56, 56])])
        model.node("PRelu", ["c", "s"], ["a"])
        model.initializer("s", [6, 1, 1], numbers(6, 0.5))
        model.node("Flatten", ["a"], ["flat"], [ONNXAttribute.int("axis", 1)])
        model.node("Gemm", ["flat", "m", "b"], ["embedding"])
        return model.bytes
    }

    private func invert(_ words: String...) async -> (status: Int32, console: RecordedConsole) {
        let console = RecordedConsole()
        return (await console.run(["invert", "--output", folder.file("face.png")] + words), console)
    }
}
