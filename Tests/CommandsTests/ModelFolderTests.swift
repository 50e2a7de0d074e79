import Faces
import Foundation
import Imaging
import TestKit
import Testing

/// Models by name, and galleries that move from one to another, on networks made for the purpose.
struct ModelFolderTests {
    private let folder = TemporaryFolder()
    private var data: [String] { ["--data", folder.file("data")] }

    /// A folder with a detector and two recognisers in its store.
    init() async throws {
        for (name, bytes) in [
            ("finder", TinyModels.detector()), ("one", TinyModels.recognizer(seed: 1, dimension: 8)),
            ("two", TinyModels.recognizer(seed: 2, dimension: 6)),
        ] {
            let file = folder.file(name + ".onnx")
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            let console = RecordedConsole()
            let status = await console.run(["models", "add", file] + data)
            try #require(status == 0, "\(console.errors)")
        }
    }

    private func run(_ words: [String], recognizer: String) async -> (status: Int32, console: RecordedConsole)
    {
        let console = RecordedConsole()
        let models = ["--detector", "finder", "--recognizer", recognizer]
        return (await console.run(words + models + data), console)
    }

    /// Two photographs of each of three people, as aligned crops.
    private func photographs() throws -> String {
        for (person, colour) in ["ada": 40, "bob": 120, "cyd": 200] {
            let path = folder.file("photos/\(person)")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for number in 0..<2 {
                let red = UInt8(colour + 5 * number)
                let image = Image(
                    width: 112, height: 112,
                    color: PixelColor(red: red, green: 255 - red, blue: UInt8(colour / 2)))
                try Data(image.png()).write(to: URL(fileURLWithPath: path + "/\(number).png"))
            }
        }
        return folder.file("photos")
    }

    @Test func `the list has known models and those of the folder, with what can be done`() async throws {
        let console = RecordedConsole()
        #expect(await console.run(["models", "list", "--json"] + data) == 0)
        let rows = Dictionary(grouping: console.objects) { $0["name"] as? String ?? "" }
        #expect(rows["one"]?.first?["state"] as? String == "installed")
        #expect(rows["one"]?.first?["path"] as? String == folder.file("data/models/one.onnx"))
        #expect(rows["w600k_r50"]?.first?["state"] as? String == "available")
        #expect(rows["w600k_r50"]?.first?["bundles"] as? [String] == ["buffalo_l"])
        #expect(rows["mobilefacenet_112x112"]?.first?["state"] as? String == "known")
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("data/models/det_10g.onnx")))
        let second = RecordedConsole()
        #expect(await second.run(["models", "list"] + data) == 0)
        #expect(second.output.contains("ANOTHER FILE STANDS IN ITS PLACE"))
        #expect(second.output.contains("arcface models pull sface_2021dec"))
    }

    @Test func `every row of the list tells its state in JSON too`() async {
        let console = RecordedConsole()
        #expect(await console.run(["models", "list", "--json"] + data) == 0)
        #expect(console.objects.allSatisfy { $0["state"] is String })
        #expect(console.objects.prefix(2).allSatisfy { $0["state"] as? String == "built_in" })
    }

    @Test(arguments: BuiltInModel.all.map(\.manifest.name))
    func `the name of a built-in model is taken`(name: String) async throws {
        let added = RecordedConsole()
        #expect(
            await added.run(["models", "add", folder.file("one.onnx"), "--name", name] + data) == 1)
        #expect(added.errors.contains("\(name) is the name of a built-in model"), "\(added.errors)")
        let pulled = RecordedConsole()
        let sum = String(repeating: "0", count: 64)
        #expect(
            await pulled.run(
                ["models", "pull", name, "--url", "http://127.0.0.1:1/x", "--sha256", sum] + data) == 1)
        #expect(pulled.errors.contains("\(name) is the name of a built-in model"), "\(pulled.errors)")
        // Somebody may put a file there by hand.
        try FileManager.default.copyItem(
            atPath: folder.file("one.onnx"), toPath: folder.file("data/models/\(name).onnx"))
        let listed = RecordedConsole()
        #expect(await listed.run(["models", "list", "--json"] + data) == 0)
        #expect(listed.objects.last { $0["name"] as? String == name }?["state"] as? String == "shadowed")
    }

    @Test func `models info knows models of the folder by name`() async throws {
        let console = RecordedConsole()
        #expect(await console.run(["models", "info", "two", "--json"] + data) == 0, "\(console.errors)")
        #expect(console.objects.first?["file"] as? String == folder.file("data/models/two.onnx"))
        let missing = RecordedConsole()
        #expect(await missing.run(["models", "info", "three"] + data) == 1)
        #expect(missing.errors.contains("there are finder, one, two"), "\(missing.errors)")
        let bundle = RecordedConsole()
        #expect(await bundle.run(["models", "info", "buffalo_l"] + data) == 1)
        #expect(bundle.errors.contains("arcface models pull buffalo_l"), "\(bundle.errors)")
    }

    @Test func `models info names an operator that cannot be run once, and data files`() async throws {
        var model = ONNXWriter()
        model.input("x", [1])
        model.external("w", [1], at: "m.bin")
        for (index, type) in ["Loop", "If", "Loop", "Loop"].enumerated() {
            model.node(type, ["x"], ["y\(index)"], name: "n\(index)")
        }
        model.output("y0")
        try folder.write([0, 0, 0, 0], to: "m.bin")
        let console = RecordedConsole()
        #expect(await console.run(["models", "info", try folder.write(model.bytes, to: "m.onnx")]) == 1)
        let lines = console.output.split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("cannot run") } == [
                "cannot run Loop, 3 nodes, the first n0: the operator is not supported",
                "cannot run node n1 (If): the operator is not supported",
            ])
        #expect(lines.contains("weights in m.bin, 4 bytes"))
    }

    @Test func `an input of another type is refused with its type`() async throws {
        var model = ONNXWriter()
        model.input("x", [1, 3, 112, 112], type: .uint8)
        model.node("Identity", ["x"], ["y"])
        model.output("y", [1, 3, 112, 112], type: .uint8)
        let console = RecordedConsole()
        let file = try folder.write(model.bytes, to: "bytes.onnx")
        #expect(await console.run(["models", "add", file] + data) == 1)
        #expect(
            console.errors.contains("needs one float32 input, has x uint8 [1x3x112x112]"), "\(console.errors)"
        )
    }

    @Test func `a model with data files is added with them and served by name`() async throws {
        let file = try TinyModels.writeExternal(seed: 3, dimension: 8, to: folder)
        let console = RecordedConsole()
        #expect(await console.run(["models", "add", file, "--name", "outside", "--json"] + data) == 0)
        let bytes = try ["model.onnx", "model.onnx.data"].map {
            try Data(contentsOf: URL(fileURLWithPath: folder.file($0))).count
        }
        #expect(console.objects.first?["bytes"] as? Int == bytes.reduce(0, +))
        let listed = RecordedConsole()
        #expect(await listed.run(["models", "list", "--json"] + data) == 0)
        let row = listed.objects.first { $0["name"] as? String == "outside" }
        #expect(row?["sha256"] as? String == console.objects.first?["sha256"] as? String)
        #expect(row?["state"] as? String == "installed")
    }

    @Test func `a name that is not there is refused with what is`() async {
        let (status, console) = await run(["embed", "x.jpg"], recognizer: "three")
        #expect(status == 1 && console.errors.contains("there are finder, one, two"), "\(console.errors)")
        let pulled = await run(["embed", "x.jpg"], recognizer: "buffalo_l")
        #expect(pulled.console.errors.contains("arcface models pull buffalo_l"))
        let kind = await run(["embed", "x.jpg"], recognizer: "finder")
        #expect(kind.status == 1)
    }

    @Test(arguments: [
        (["add"], "missing argument: FILE"), (["pull"], "missing argument: NAME"),
        (["list", "x"], "unexpected argument 'x'"),
        (["list", "--url", "https://x"], "option --url does not go with `models list`"),
        (["pull", "x", "--name", "y"], "option --name does not go with `models pull`"),
    ])
    func `a wrong line is refused by name`(words: [String], message: String) async {
        let console = RecordedConsole()
        #expect(await console.run(["models"] + words) == 2)
        #expect(console.errors.contains(message), "\(console.errors)")
    }

    @Test func `a gallery is refused to another model and moves to it with reembed`() async throws {
        let photos = try photographs()
        let gallery = ["--gallery", "g"]
        let enrolled = await run(["enroll", "--aligned", photos] + gallery, recognizer: "one")
        #expect(enrolled.status == 0, "\(enrolled.console.errors)")

        let refused = await run(
            ["identify", "--aligned", photos + "/ada/0.png"] + gallery, recognizer: "two")
        #expect(refused.status == 1 && refused.console.errors.contains("the gallery was made with model"))
        let more = await run(["enroll", "--aligned", photos] + gallery, recognizer: "two")
        #expect(more.status == 1 && more.console.errors.contains("arcface reembed"), "\(more.console.errors)")

        let moved = await run(["reembed", "--json"] + gallery, recognizer: "two")
        #expect(moved.status == 0, "\(moved.console.errors)")
        #expect(moved.console.objects.first?["reembedded"] as? Int == 6)
        let found = await run(["identify", "--aligned", photos + "/ada/0.png"] + gallery, recognizer: "two")
        #expect(found.status == 0 && found.console.output.contains("ada"), "\(found.console.errors)")
        let back = await run(["identify", "--aligned", photos + "/ada/0.png"] + gallery, recognizer: "one")
        #expect(back.status == 1)
        let again = await run(["reembed"] + gallery, recognizer: "two")
        #expect(again.status == 0 && again.console.output.contains("belongs to two already"))
        let check = await run(["check"], recognizer: "two")
        #expect(check.console.output.contains("1 galleries, 6 faces, 0 problems"), "\(check.console.output)")
    }

    @Test func `faces without crops are listed, and stay with the old model where that is asked for`()
        async throws
    {
        let photos = try photographs()
        let configuration = folder.file("arcface.json5")
        try Data("{galleries: {keep_crops: false}}".utf8).write(to: URL(fileURLWithPath: configuration))
        let gallery = ["--gallery", "g"]
        _ = await run(
            ["enroll", "--aligned", photos, "--config", configuration] + gallery, recognizer: "one")
        let refused = await run(["reembed"] + gallery, recognizer: "two")
        #expect(refused.status == 1)
        #expect(
            refused.console.errors.contains(
                "6 of 6 faces of g cannot be embedded anew (6 without a stored crop)"))
        #expect(refused.console.errors.contains("of bob: no_crop"))
        let moved = await run(["reembed", "--keep-rest-in", "old"] + gallery, recognizer: "two")
        #expect(
            moved.status == 0 && moved.console.output.contains("6 stay in old"), "\(moved.console.errors)")
        let found = await run(
            ["identify", "--aligned", photos + "/cyd/0.png", "--gallery", "old"], recognizer: "one")
        #expect(found.console.output.contains("cyd"))
    }
}
