import Foundation
import ONNX
import TestKit
import Testing

/// Writes `bytes` to a new file.
func writeFile(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

@Suite struct TensorValueTests {
    /// The first initializer of a model that has this one.
    private func decoded(_ tensor: [UInt8]) throws -> TensorValue {
        var writer = ONNXWriter()
        writer.initializer(tensor)
        return try #require(try Model(ModelBytes(writer.bytes)).graph.initializers.first)
    }

    private func error(_ tensor: [UInt8]) -> ONNXError? {
        var writer = ONNXWriter()
        writer.initializer(tensor)
        return decodingError(writer.bytes)
    }

    private func elements<Element: BitwiseCopyable>(_ tensor: TensorValue, as type: Element.Type) -> [Element]
    {
        var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
        bytes.withUnsafeMutableBytes { tensor.copyElements(to: $0) }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: type)) }
    }

    @Test func `raw elements are read`() throws {
        let tensor = try decoded(ONNXWriter.tensor("w", [2, 1], [1.5, -2]))
        #expect(tensor.name == "w" && tensor.shape == [2, 1] && tensor.count == 2)
        #expect(elements(tensor, as: Float.self) == [1.5, -2])
    }

    @Test func `typed int64 elements are read`() throws {
        let tensor = try decoded(ONNXWriter.tensor("w", [3], int64s: [0, -1, .max]))
        #expect(elements(tensor, as: Int64.self) == [0, -1, .max])
    }

    @Test func `typed elements may stand one by one`() throws {
        let header = ONNXWriter.header("w", .float32, [2])
        let tensor = try decoded(
            header + Protobuf.fixed32(4, Float(3).bitPattern) + Protobuf.fixed32(4, Float(4).bitPattern))
        #expect(elements(tensor, as: Float.self) == [3, 4])
        let ints = try decoded(
            ONNXWriter.header("w", .int32, [2]) + Protobuf.varint(5, 7) + Protobuf.varint(5, 8))
        #expect(elements(ints, as: Int32.self) == [7, 8])
    }

    @Test func `small types travel as int32`() throws {
        let header = ONNXWriter.header("w", .uint8, [2])
        let tensor = try decoded(header + Protobuf.bytes(5, Protobuf.number(200) + Protobuf.number(3)))
        #expect(elements(tensor, as: UInt8.self) == [200, 3])
    }

    @Test func `a scalar has one element`() throws {
        #expect(try decoded(ONNXWriter.tensor("w", [], [9])).count == 1)
    }

    @Test func `elements that do not fit the shape are refused`() {
        #expect(error(ONNXWriter.tensor("w", [3], [1, 2]))?.reason == "8 bytes for 3 elements of float32")
        #expect(
            error(ONNXWriter.tensor("w", [3], int64s: [1]))?.reason == "1 elements where the shape has 3")
    }

    @Test func `a product of dimensions that overflows is refused`() {
        let shape = Array(repeating: 1 << 30, count: 4)
        #expect(error(ONNXWriter.tensor("w", .float32, shape, raw: []))?.field == "TensorProto.dims")
    }

    @Test func `a negative dimension is refused`() {
        #expect(error(ONNXWriter.tensor("w", .float32, [-1], raw: []))?.reason == "a dimension of -1")
    }

    @Test func `too many dimensions are refused`() {
        let shape = Array(repeating: 1, count: 33)
        #expect(
            error(ONNXWriter.tensor("w", .float32, shape, raw: [0, 0, 0, 0]))?.field == "TensorProto.dims")
    }

    @Test func `a type that is not read keeps its name`() throws {
        let tensor = try decoded(ONNXWriter.header("w", .string, [1]))
        guard case .unreadable("element type string is not supported") = tensor.payload else {
            Issue.record("\(tensor.payload)")
            return
        }
    }
}
