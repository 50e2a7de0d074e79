import Digest
import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// Models whose weights lie in files beside them, from the file to the answer.
@Suite struct ExternalDataTests {
    private let folder = TemporaryFolder()

    private func bytes(_ numbers: [Float]) -> [UInt8] {
        numbers.flatMap { ONNXWriter.littleEndian($0.bitPattern) }
    }

    /// `y = x w + b`, the weights in two files.
    private func write(weight: Float = 2, bias: Float = 10) throws -> String {
        var model = single("Mul", inputs: ["x", "w"], outputs: ["p"])
        model.external("w", [1], at: "w.bin")
        model.external("b", [1], at: "b.bin")
        model.node("Add", ["p", "b"], ["y"])
        model.output("y")
        try folder.write(bytes([weight]), to: "w.bin")
        try folder.write(bytes([bias]), to: "b.bin")
        return try folder.write(model.bytes, to: "m.onnx")
    }

    @Test func `a model with data files runs`() throws {
        let session = try Session(modelAt: try write())
        let output = try session.run(["x": Tensor(shape: [1], floats: [3])])["y"]
        #expect(output?.floats == [16])
    }

    @Test func `the fingerprint of one file is its digest`() throws {
        let model = single("Relu").bytes
        let path = try folder.write(model, to: "m.onnx")
        #expect(try Session(modelAt: path).fingerprint == SHA256.hex(model))
        #expect(try ModelFingerprint(ofModelAt: path).hex == SHA256.hex(model))
        #expect(try ModelFingerprint(ofModelAt: path).byteCount == model.count)
    }

    @Test func `the fingerprint covers data files in the order of their use`() throws {
        let path = try write()
        let files = try ["m.onnx", "w.bin", "b.bin"].map { try SHA256.hexOfFile(at: folder.file($0)) }
        let expected = SHA256.hex(files.flatMap { Array(($0 + "\n").utf8) })
        #expect(try Session(modelAt: path).fingerprint == expected)
        let print = try ModelFingerprint(ofModelAt: path)
        #expect(print.hex == expected)
        #expect(try print.byteCount == Data(contentsOf: URL(fileURLWithPath: path)).count + 8)
    }

    @Test func `the fingerprint changes with any of the data files`() throws {
        let first = try Session(modelAt: try write()).fingerprint
        let second = try Session(modelAt: try write(weight: 3)).fingerprint
        let third = try Session(modelAt: try write(bias: 11)).fingerprint
        #expect(Set([first, second, third]).count == 3)
        #expect(try Session(modelAt: try write()).fingerprint == first)
    }

    @Test func `a data file that is missing is named with its tensor`() throws {
        let path = try write()
        try FileManager.default.removeItem(atPath: folder.file("b.bin"))
        let reason =
            "initializer \"b\": its data file \"b.bin\" cannot be opened: No such file or directory"
        #expect(throws: InferenceError.invalidModel(reason)) { try Session(modelAt: path) }
        #expect(throws: InferenceError.invalidModel(reason)) { try ModelFingerprint(ofModelAt: path) }
        let summary = try ModelSummary.read(path: path)
        #expect(summary.refusal == "the model is invalid: " + reason && !summary.isSupported)
        #expect(summary.dataFiles.map(\.location) == ["w.bin"])
    }

    @Test func `a summary names the data files`() throws {
        let summary = try ModelSummary.read(path: try write())
        #expect(summary.isSupported)
        #expect(
            summary.dataFiles == [
                .init(location: "w.bin", byteCount: 4), .init(location: "b.bin", byteCount: 4),
            ])
    }

    @Test func `a model from memory is refused for the folder it lacks`() throws {
        let path = try write()
        let model = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let error = #expect(throws: InferenceError.self) { try Session(model: model, name: "test") }
        #expect(error?.description.contains("a model from memory has no folder") == true)
    }
}
