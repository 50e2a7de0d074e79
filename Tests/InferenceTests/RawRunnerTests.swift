import Foundation
import Inference
import Kernels
import TestKit
import Testing

@Suite struct RawRunnerTests {
    private func session() throws -> Session {
        var model = ONNXWriter()
        model.input("a/b", [nil, 2])
        model.node("Relu", ["a/b"], ["out/1"])
        model.node("Shape", ["a/b"], ["size"])
        model.output("out/1")
        model.output("size", type: .int64)
        return try Session(model: model.bytes, name: "test")
    }

    private func write(_ floats: [Float], to path: String) throws {
        try floats.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    }

    @Test func `outputs are written in their own types with their shapes`() throws {
        let folder = TemporaryFolder()
        try write([-1, 2, 3, -4], to: folder.file("in"))
        try RawRunner(session()).run(
            files: ["a/b": folder.file("in")], shapes: ["a/b": [2, 2]], directory: folder.file("out"))
        let floats = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/out_1.f32")))
        #expect(floats.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } == [0, 2, 3, 0])
        let sizes = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/size.i64")))
        #expect(sizes.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) } == [2, 2])
        let json = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/shapes.json")))
        #expect(
            try JSONDecoder().decode([String: [Int]].self, from: json) == ["out/1": [2, 2], "size": [2]])
    }

    @Test func `outputs take the place of older ones whole, and shapes stand only beside all of them`() throws
    {
        let folder = TemporaryFolder()
        try write([-1, 2, 3, -4], to: folder.file("in"))
        let run = {
            try RawRunner(self.session()).run(
                files: ["a/b": folder.file("in")], shapes: ["a/b": [2, 2]], directory: folder.file("out"))
        }
        try run()
        let output = folder.file("out/out_1.f32")
        try write([9], to: output)
        // Another name of the older file: it would be written over in place.
        try FileManager.default.linkItem(atPath: output, toPath: folder.file("older"))
        try run()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("older"))).count == 4)
        #expect(try Data(contentsOf: URL(fileURLWithPath: output)).count == 16)
        try FileManager.default.removeItem(atPath: folder.file("out/size.i64"))
        try FileManager.default.createDirectory(
            atPath: folder.file("out/size.i64/x"), withIntermediateDirectories: true)
        #expect(throws: InferenceError.self) { try run() }
        #expect(!FileManager.default.fileExists(atPath: folder.file("out/shapes.json")))
    }

    @Test func `files of another size are refused`() throws {
        let folder = TemporaryFolder()
        try write([1, 2, 3], to: folder.file("in"))
        let runner = RawRunner(try session())
        #expect(
            throws: InferenceError.input(
                name: "a/b",
                reason: "\(folder.file("in")) holds 12 bytes, float32 of shape [2, 2] takes 16")
        ) {
            try runner.run(
                files: ["a/b": folder.file("in")], shapes: ["a/b": [2, 2]], directory: folder.path)
        }
        #expect(throws: InferenceError.input(name: "a/b", reason: "needs a shape, the model leaves it open"))
        {
            try runner.run(files: ["a/b": folder.file("in")], shapes: [:], directory: folder.path)
        }
        #expect(throws: InferenceError.input(name: "c", reason: "the model has no such input")) {
            try runner.run(files: ["c": folder.file("in")], shapes: [:], directory: folder.path)
        }
    }

    @Test func `a file that is not there is named`() throws {
        let runner = RawRunner(try session())
        #expect(throws: InferenceError.self) {
            try runner.run(files: ["a/b": "/nonexistent"], shapes: ["a/b": [1, 2]], directory: "/tmp")
        }
    }

    @Test func `shapes are read from text`() {
        #expect(RawRunner.shape("1x3x112x96") == [1, 3, 112, 96])
        #expect(RawRunner.shape("scalar") == [])
        #expect(RawRunner.shape("0") == [0])
        for text in ["", "1x", "x", "-1", "1x-2", "axb", "1.5"] { #expect(RawRunner.shape(text) == nil) }
    }
}
