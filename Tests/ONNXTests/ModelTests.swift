import ONNX
import TestKit
import Testing

@Suite struct ModelTests {
    @Test func `a model comes back as it was written`() throws {
        var writer = ONNXWriter(opset: 11)
        writer.input("x", [nil, 3, 8])
        writer.output("y", type: .int64)
        writer.node(
            "LeakyRelu", ["x", ""], ["y"], name: "n",
            [
                ONNXAttribute.float("alpha", 0.5), ONNXAttribute.int("i", -3),
                ONNXAttribute.ints("l", [1, -2]),
                ONNXAttribute.string("s", "text"), ONNXAttribute.floats("f", [1.5]), ONNXAttribute.graph("g"),
            ])
        let model = try Model(ModelBytes(writer.bytes))
        #expect(model.operatorSets == ["": 11])
        #expect(model.producer == "tests")
        let (input, output) = (
            try #require(model.graph.inputs.first), try #require(model.graph.outputs.first)
        )
        #expect(input.name == "x" && input.dataType == .float32)
        #expect(input.dimensions == [.free("N"), .fixed(3), .fixed(8)])
        #expect(output.name == "y" && output.dataType == .int64 && output.dimensions == nil)
        let node = try #require(model.graph.nodes.first)
        #expect(node.inputs == ["x", ""])
        #expect(node.attributes.map(\.name) == ["alpha", "i", "l", "s", "f", "g"])
        guard case .float(0.5) = node.attributes[0].value, case .int(-3) = node.attributes[1].value,
            case .ints([1, -2]) = node.attributes[2].value, case .string(let text) = node.attributes[3].value,
            case .floats([1.5]) = node.attributes[4].value,
            case .unsupported("a graph") = node.attributes[5].value
        else {
            Issue.record("\(node.attributes)")
            return
        }
        #expect(text == Array("text".utf8))
    }

    @Test func `ai onnx is the same domain as none`() throws {
        var writer = ONNXWriter(opset: 12)
        writer.domain = "ai.onnx"
        #expect(try Model(ModelBytes(writer.bytes)).operatorSets == ["": 12])
    }

    @Test func `an attribute that lacks the value of its type is refused`() {
        var writer = ONNXWriter()
        writer.node("Constant", [], ["y"], [Protobuf.text(1, "value") + Protobuf.varint(20, 4)])
        #expect(decodingError(writer.bytes)?.reason == "attribute \"value\" has type 4 but no such value")
    }

    @Test func `too many nodes are refused`() {
        var writer = ONNXWriter()
        for index in 0..<4 { writer.node("Relu", ["x"], ["y\(index)"]) }
        var limits = DecodeLimits()
        limits.maximumNodes = 3
        #expect(decodingError(writer.bytes, limits: limits)?.reason == "there are too many of them")
    }

    @Test func `a list attribute of more elements than the limit is refused`() {
        var writer = ONNXWriter()
        writer.node("Slice", ["x"], ["y"], [ONNXAttribute.ints("axes", [1, 2, 3])])
        var limits = DecodeLimits()
        limits.maximumAttributeElements = 2
        #expect(decodingError(writer.bytes, limits: limits)?.reason == "holds more than 2 integers")
    }

    @Test func `two graphs are one too many`() {
        let bytes = ONNXWriter().bytes
        #expect(decodingError(bytes + bytes)?.reason == "is there twice")
    }

    @Test func `a file is mapped and decoded`() throws {
        let folder = TemporaryFolder()
        var writer = ONNXWriter()
        writer.node("Relu", ["x"], ["y"])
        try writeFile(writer.bytes, to: folder.file("a.onnx"))
        let file = try ModelFile(path: folder.file("a.onnx"))
        #expect(file.bytes.count == writer.bytes.count)
        #expect(file.model.graph.nodes.map(\.operatorType) == ["Relu"])
    }

    @Test func `files that cannot be read are named`() throws {
        let folder = TemporaryFolder()
        #expect(fileError(folder.file("none")) == "cannot be opened: No such file or directory")
        #expect(fileError(folder.path) == "is not a regular file")
        try writeFile([], to: folder.file("empty"))
        #expect(fileError(folder.file("empty")) == "is an empty file")
    }

    private func fileError(_ path: String) -> String? {
        do {
            _ = try ModelFile(path: path)
            return nil
        } catch {
            #expect(error.field == path && error.offset == nil)
            return error.reason
        }
    }
}
