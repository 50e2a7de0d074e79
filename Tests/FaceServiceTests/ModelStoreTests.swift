import FaceService
import Faces
import Foundation
import TestKit
import Testing

struct ModelStoreTests {
    private let folder = TemporaryFolder()
    private var store: ModelStore { ModelStore(folder: folder.file("data/models")) }

    private func refusal(_ body: () throws -> Void) -> ModelStoreError? {
        do {
            try body()
            return nil
        } catch { return error as? ModelStoreError }
    }

    /// A file under a name, whatever it holds.
    @discardableResult
    private func put(_ name: String, _ bytes: [UInt8] = [1, 2, 3], manifest: String? = nil) throws -> String {
        let staged = try StagedModel(ModelName(name), in: store)
        try staged.append(bytes)
        try staged.setManifest(manifest.map { Array($0.utf8) })
        return try staged.install().path
    }

    private static let detector = """
        {"kind": "detector", "name": "d", "color_order": "rgb", "mean": [0, 0, 0], "deviation": [1, 1, 1]}
        """

    @Test(arguments: ["", ".hidden", "-x", "a/b", "a b", "x.onnx", "ä", String(repeating: "x", count: 101)])
    func `a name that is none is refused`(text: String) {
        #expect(throws: ModelStoreError.nameInvalid(text)) { try ModelName(text) }
    }

    @Test func `a slash or an ending makes a path, everything else is a name`() throws {
        try put("mine")
        #expect(try ModelReference("./mine").path(of: .detector, in: store) == "./mine")
        #expect(try ModelReference("mine.onnx").path(of: .detector, in: store) == "mine.onnx")
        #expect(try ModelReference("mine").path(of: .detector, in: store) == store.folder + "/mine.onnx")
    }

    @Test func `an unknown name is refused with the names that are there`() throws {
        #expect(
            refusal { _ = try ModelReference("nix").path(of: .detector, in: store) }
                == .unknown(name: "nix", stored: []))
        try put("b")
        try put("a")
        let error = refusal { _ = try ModelReference("nix").path(of: .detector, in: store) }
        #expect(error == .unknown(name: "nix", stored: ["a", "b"]))
        #expect(error?.description.contains("there are a, b") == true)
    }

    @Test func `a known model that is not there says how to get it`() {
        for name in ["buffalo_l", "w600k_r50"] {
            #expect(
                refusal { _ = try ModelReference(name).path(of: .recognizer, in: store) }
                    == .notPulled(name: name, command: "arcface models pull \(name)"))
        }
        #expect(
            refusal { _ = try ModelReference("scrfd_500m_bnkps").path(of: .detector, in: store) }
                == .notPulled(name: "scrfd_500m_bnkps", command: nil))
    }

    @Test func `a bundle is its detector and its recogniser, a published file's name its model`() throws {
        for name in ["det_10g", "w600k_r50", "sface_2021dec"] { try put(name) }
        let path = { (name: String, kind: ModelManifest.Kind) in
            try ModelReference(name).path(of: kind, in: store)
        }
        #expect(try path("buffalo_l", .detector).hasSuffix("/det_10g.onnx"))
        #expect(try path("buffalo_l", .recognizer).hasSuffix("/w600k_r50.onnx"))
        #expect(try path("face_recognition_sface_2021dec", .recognizer).hasSuffix("/sface_2021dec.onnx"))
    }

    @Test func `a model of the other kind is refused by name`() throws {
        try put("mine", manifest: Self.detector)
        #expect(
            refusal { _ = try ModelReference("mine").path(of: .recognizer, in: store) }
                == .wrongKind(name: "mine", kind: "detector", needed: "recognizer"))
        #expect(
            refusal { _ = try ModelReference("det_10g").path(of: .recognizer, in: store) }
                == .wrongKind(name: "det_10g", kind: "detector", needed: "recognizer"))
    }

    @Test func `what a broken-off run left is gone on with`() throws {
        let name = try ModelName("mine")
        do {
            let first = try StagedModel(name, in: store)
            try first.restart(note: [7])
            try first.append([1, 2])
        }
        #expect(store.entry(name) == nil, "half a file has no name yet")
        let second = try StagedModel(name, in: store)
        #expect(second.count == 2 && second.note == [7])
        try second.append([3])
        #expect(second.sha256 == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
        let entry = try second.install()
        #expect(FileManager.default.contents(atPath: entry.path) == Data([1, 2, 3]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == ["mine.onnx"])
    }

    @Test func `two at a time do not write one model`() throws {
        let name = try ModelName("mine")
        let first = try StagedModel(name, in: store)
        #expect(refusal { _ = try StagedModel(name, in: store) } == .inUse(path: first.path))
        first.discard()
    }

    /// As a child has it that another thread has forked and that has not come to its own program yet.
    @Test func `a model that is let go is free, whoever has a copy of its descriptor`() throws {
        let name = try ModelName("mine")
        var copies: [Int32] = []
        do {
            let first = try StagedModel(name, in: store)
            defer { withExtendedLifetime(first) {} }
            var held = stat()
            #expect(stat(first.path, &held) == 0)
            let descriptors = (Int32(0)..<1 << 16).filter { descriptor in
                var status = stat()
                return fstat(descriptor, &status) == 0 && status.st_ino == held.st_ino
                    && status.st_dev == held.st_dev
            }
            copies = descriptors.map { dup($0) }
        }
        defer { for copy in copies { close(copy) } }
        #expect(copies.count == 1 && copies.allSatisfy { $0 >= 0 })
        #expect(refusal { _ = try StagedModel(name, in: store) } == nil)
    }

    @Test func `a lock that the file system does not have is told as that`() {
        #expect(ModelStoreError.lockRefused(path: "/m", EWOULDBLOCK) == .inUse(path: "/m"))
        #expect(
            ModelStoreError.lockRefused(path: "/m", ENOLCK)
                == .inaccessible(path: "/m", reason: "No locks available"))
    }

    @Test func `a manifest comes with its model, and one of a removed model goes`() throws {
        let path = try put("mine", manifest: Self.detector)
        #expect(try ModelManifest.read(at: path + ".json")?.name == "d")
        try FileManager.default.removeItem(atPath: path)
        #expect(try store.entries().isEmpty)
        try put("mine", [4])
        #expect(try ModelManifest.read(at: path + ".json") == nil)
    }

    @Test func `a name that is taken is not overwritten`() throws {
        let path = try put("mine")
        let staged = try StagedModel(ModelName("mine"), in: store)
        try staged.append([9])
        #expect(refusal { _ = try staged.install() } == .taken(name: "mine", path: path))
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
    }

    @Test func `a file is added with its manifest, under its manifest's name, and once`() throws {
        let file = folder.file("some file.onnx")
        try Data(TinyModels.recognizer(seed: 1, dimension: 8, width: 96)).write(
            to: URL(fileURLWithPath: file))
        #expect(throws: FacesError.self, "its preprocessing is unknown") { try store.add(file) }
        let manifest = """
            {"kind": "recognizer", "name": "tiny", "color_order": "bgr", "mean": [1, 2, 3],
             "deviation": [128, 128, 128], "input_width": 96, "input_height": 112, "licence": "MIT"}
            """
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: file + ".json"))
        let added = try store.add(file)
        #expect(!added.wasThere && added.entry.name.text == "tiny" && added.inspection.dimension == 8)
        #expect(FileManager.default.contents(atPath: added.entry.path + ".json") == Data(manifest.utf8))
        #expect(try store.add(file).wasThere)
        #expect(try store.add(file, as: ModelName("other")).entry.name.text == "other")
        let corrected = manifest.replacing("bgr", with: "rgb")
        try Data(corrected.utf8).write(to: URL(fileURLWithPath: file + ".json"))
        let path = added.entry.path + ".json"
        #expect(refusal { _ = try store.add(file) } == .otherManifest(name: "tiny", path: path))
        #expect(FileManager.default.contents(atPath: path) == Data(manifest.utf8))
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: file + ".json"))
        #expect(try store.entries().map(\.name.text) == ["other", "tiny"])
        try Data(TinyModels.recognizer(seed: 2, dimension: 8, width: 96)).write(
            to: URL(fileURLWithPath: file))
        #expect(
            refusal { _ = try store.add(file) } == .taken(name: "tiny", path: store.folder + "/tiny.onnx"))
    }

    @Test func `data files come along, in a folder of the model's own`() throws {
        // Two models of one name for their data, as exporters give it.
        for (seed, name) in [(UInt64(1), "one"), (2, "two")] {
            let file = try TinyModels.writeExternal(seed: seed, dimension: 8, to: folder)
            let added = try store.add(file, as: ModelName(name))
            #expect(added.entry.path == store.folder + "/\(name)/\(name).onnx")
            #expect(try store.add(file, as: ModelName(name)).wasThere)
            let content = try ModelStore.content(of: added.entry.path)
            #expect(content.fingerprint == added.inspection.fingerprint)
        }
        #expect(try store.entries().map(\.name.text) == ["one", "two"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: store.folder + "/two").sorted()
                == ["model.onnx.data", "two.onnx"])
        #expect(
            try ModelReference("two").path(of: .recognizer, in: store) == store.folder + "/two/two.onnx")
        let file = try TinyModels.writeExternal(seed: 3, dimension: 8, to: folder)
        #expect(
            refusal { _ = try store.add(file, as: ModelName("two")) }
                == .taken(name: "two", path: store.folder + "/two/two.onnx"))
    }

    @Test func `data that would be where the copy's own files are is refused, and nothing stays`() throws {
        let file = try TinyModels.writeExternal(seed: 1, dimension: 8, data: "mine.onnx", to: folder)
        #expect(throws: ModelStoreError.self) { try store.add(file, as: ModelName("mine")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).isEmpty)
        #expect(try !store.add(file, as: ModelName("other")).wasThere)
    }

    @Test func `a convention that is only assumed is not written down`() throws {
        let file = folder.file("mine.onnx")
        try Data(TinyModels.recognizer(seed: 1, dimension: 8)).write(to: URL(fileURLWithPath: file))
        let added = try store.add(file)
        guard case .assumed = added.inspection.manifest.origin else {
            return #expect(Bool(false), "\(added.inspection.manifest.origin)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == ["mine.onnx"])
    }

    @Test func `a detector is told from a recogniser by its outputs, and rubbish is neither`() throws {
        let file = folder.file("found.onnx")
        try Data(TinyModels.detector()).write(to: URL(fileURLWithPath: file))
        #expect(try store.add(file).inspection.kind == .detector)
        try Data("no model".utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: FacesError.self) { try store.add(file, as: ModelName("rubbish")) }
        #expect(try store.entries().map(\.name.text) == ["found"])
    }

    @Test func `the name of a known model is for its own file`() throws {
        let file = folder.file("mine.onnx")
        try Data(TinyModels.recognizer(seed: 1, dimension: 8)).write(to: URL(fileURLWithPath: file))
        for name in ["w600k_r50", "buffalo_l", "face_recognition_sface_2021dec"] {
            #expect(
                refusal { _ = try store.add(file, as: ModelName(name)) } == .reserved(name: name))
        }
    }
}
