import Foundation
import Inference
import TestKit
import Testing

@Suite struct ModelSummaryTests {
    private func summary(_ model: ONNXWriter) throws -> ModelSummary {
        let folder = TemporaryFolder()
        try Data(model.bytes).write(to: URL(fileURLWithPath: folder.file("m.onnx")))
        return try ModelSummary.read(path: folder.file("m.onnx"))
    }

    @Test func `a model that cannot be run is described with the reasons`() throws {
        var model = ONNXWriter(opset: 12)
        model.input("x", [nil, 3])
        model.initializer("w", [3, 2], [1, 2, 3, 4, 5, 6])
        model.node("Relu", ["x"], ["a"], name: "r1")
        model.node("Relu", ["a"], ["b"], name: "r2")
        model.node("Loop", ["b"], ["c"], name: "loop", [ONNXAttribute.graph("body")])
        model.node("Gelu", ["c"], ["y"], name: "g", domain: "com.example")
        model.output("y", type: .string)
        let summary = try summary(model)
        #expect(summary.operatorSets == ["": 12])
        #expect(summary.operators.map(\.count) == [2, 1, 1])
        #expect(summary.operators.map(\.operatorType) == ["Relu", "Loop", "com.example.Gelu"])
        #expect(summary.inputs.map(\.name) == ["x"])
        #expect(summary.inputs.first?.dimensions == [.free("N"), .fixed(3)])
        #expect(summary.outputs.first?.elementType == "string")
        #expect(summary.parameterCount == 6)
        #expect(!summary.isSupported)
        #expect(summary.unsupported.map(\.node) == ["loop", "g"])
        #expect(
            summary.unsupported.map(\.reason) == [
                "the operator is not supported", "operators of domain \"com.example\" are not supported",
            ])
    }

    @Test func `a model of an opset that is not supported says so`() throws {
        let summary = try summary(single("Relu", opset: 3))
        #expect(summary.refusal == "the model is invalid: opset 3 is not supported (7 to 28 are)")
        #expect(summary.operators.count == 1)
    }

    @Test func `a supported model has nothing against it`() throws {
        #expect(try summary(single("Relu")).isSupported)
    }

    @Test func `a damaged file is an error`() throws {
        let folder = TemporaryFolder()
        try Data([0x3A, 0xFF, 0x01]).write(to: URL(fileURLWithPath: folder.file("m.onnx")))
        #expect(throws: InferenceError.self) { try ModelSummary.read(path: folder.file("m.onnx")) }
    }
}
