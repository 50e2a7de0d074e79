import Foundation
import TestKit
import Testing

/// How commands tell that they failed.
struct FailureTests {
    private let folder = TemporaryFolder()

    @Test func `with --json verify prints the problem as an object that names the file`() async throws {
        let missing = folder.file("none.jpg")
        let (status, console) = await arcface("verify", "--json", missing, Executable.portrait)
        #expect(status == 1)
        let problem = try #require(console.objects.first)
        #expect(console.objects.count == 1 && problem["code"] as? String == "image_invalid")
        #expect(problem["file"] as? String == missing)
        #expect(problem["detail"] as? String == "cannot be read: No such file or directory")
        #expect(console.errors.contains("\(missing) cannot be read: No such file"), "\(console.errors)")
    }

    @Test func `with --json a gallery that is not there, and no database, are problems`() async throws {
        let gallery = try TinyGallery()
        try gallery.photograph("ada/0.png", red: 40)
        #expect(await gallery.enrol().status == 0)
        let photo = gallery.photos + "/ada/0.png"
        let unknown = await gallery.run("identify", "--json", "--aligned", "--gallery", "h", photo)
        #expect(unknown.status == 1)
        #expect(unknown.console.objects.first?["code"] as? String == "gallery_not_found")
        let words = ["identify", "--json", "--gallery", "g", photo, "--data", folder.path]
        let none = RecordedConsole()
        #expect(await none.run(words) == 1)
        let problem = try #require(none.objects.first)
        #expect(problem["code"] as? String == "bad_request")
        #expect((problem["detail"] as? String)?.contains("there is no database at") == true)
    }

    @Test func `with --json files that are not what they should be are the caller's to mend`() async throws {
        let junk = try folder.write(Array("junk".utf8), to: "junk.onnx")
        let model = try folder.write(TinyModels.recognizer(seed: 1, dimension: 8), to: "m.onnx")
        let data = ["--data", folder.path]
        for words in [
            ["evaluate", "--images", folder.path, "--pairs", folder.file("none.txt")],
            ["evaluate", "--images", folder.path, "--pairs", junk], ["models", "add", junk] + data,
            ["bench", model, "--shape", "1x3x112"], ["restore", junk] + data,
            ["restore", folder.file("none.db")] + data,
        ] {
            let console = RecordedConsole()
            #expect(await console.run(words + ["--json"]) == 1, "\(words)")
            #expect(
                console.objects.first?["code"] as? String == "bad_request", "\(words): \(console.objects)")
        }
    }

    @Test func `key delete --json prints what was deleted and how many keys are left`() async throws {
        let made = await arcface("key", "create", "--scope", "admin", "--json", "--data", folder.path)
        let id = try #require(made.console.objects.first?["id"] as? String)
        let (status, console) = await arcface("key", "delete", id, "--json", "--data", folder.path)
        let object = try #require(console.objects.first)
        #expect(status == 0 && object["id"] as? String == id && object["deleted"] as? Bool == true)
        #expect(object["keys"] as? Int == 0)
    }

    @Test(arguments: ["detect", "embed", "verify"])
    func `control characters of a file's name do not reach the terminal`(command: String) async {
        let file = folder.file("a\u{1B}[31mb.jpg")
        let words = [command, file] + (command == "verify" ? [file] : [])
        let console = RecordedConsole()
        #expect(await console.run(words) == 1)
        #expect(console.errors.contains("a\\x1B[31mb.jpg") && !console.errors.contains("\u{1B}"))
    }

    @Test func `a file is named once, with the system's reason`() async {
        let missing = folder.file("none.jpg")
        let (status, console) = await arcface("detect", missing)
        #expect(status == 1)
        #expect(console.errors == "\(missing): cannot be read: No such file or directory\n")
    }

    @Test func `a model that can't be read or run is named, and the status is 1`() async throws {
        let cut = try folder.write(
            Array(TinyModels.recognizer(seed: 1, dimension: 8).prefix(300)), to: "cut.onnx")
        for words in [["models", "info", cut], ["bench", cut]] {
            let console = RecordedConsole()
            #expect(await console.run(words) == 1)
            #expect(console.errors.contains("\(cut) cannot be used: "), "\(console.errors)")
        }
        var model = ONNXWriter()
        model.input("x", [1])
        model.output("y", [1])
        model.node("Frobnicate", ["x"], ["y"])
        let unknown = try folder.write(model.bytes, to: "unknown.onnx")
        let (status, console) = await arcface("models", "info", unknown, "--json")
        #expect(status == 1 && console.objects.first?["supported"] as? Bool == false)
        #expect(console.objects.count == 1 && console.errors == "")
    }

    @Test func `a shape with a dimension of 0 is told`() async throws {
        let model = try folder.write(TinyModels.recognizer(seed: 1, dimension: 8), to: "m.onnx")
        let (status, console) = await arcface("bench", model, "--shape", "0x3x112x112")
        #expect(status == 2 && console.errors.contains("--shape: no dimension may be 0"), "\(console.errors)")
    }

    @Test func `a configuration and a data folder that can't be used are told with the reason`() async throws
    {
        let file = try folder.write([], to: "plain")
        for (words, reason) in [
            (
                ["--config", folder.file("none.json5")],
                "none.json5: cannot be read: No such file or directory"
            ),
            (["--config", folder.path], "\(folder.path): cannot be read: Is a directory"),
        ] {
            let console = RecordedConsole()
            #expect(await console.run(["serve", "--print-config"] + words) == 1)
            #expect(console.errors.contains(reason), "\(console.errors)")
        }
        let (status, console) = await arcface("key", "create", "--scope", "admin", "--data", file)
        #expect(status == 1 && console.errors.contains("can't be made: Not a directory"), "\(console.errors)")
    }

    @Test func `a folder that run can't write to stops it before its work`() async throws {
        let file = try folder.write([], to: "plain")
        let (status, console) = await arcface("run", "none.onnx", "--output-dir", file + "/out")
        #expect(status == 1 && console.errors.contains("plain/out cannot be written: Not a directory"))
    }

    @Test func `enroll advises its own options`() async throws {
        let gallery = try TinyGallery()
        try FileManager.default.createDirectory(
            atPath: folder.file("people/ada"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Executable.page("docs/images/purification.jpg"),
            toPath: folder.file("people/ada/0.jpg"))
        let console = RecordedConsole()
        let words = [
            "enroll", "--gallery", "g", folder.file("people"), "--data", gallery.folder.file("data"),
        ]
        _ = await console.run(words)
        #expect(console.errors.contains("--select largest takes the largest"), "\(console.errors)")
    }
}
