import ONNX
import TestKit
import Testing

/// What is wrong with the model that `bytes` are, or nil where it decodes.
func decodingError(_ bytes: [UInt8], limits: DecodeLimits = .init()) -> ONNXError? {
    do {
        _ = try Model(ModelBytes(bytes), limits: limits)
        return nil
    } catch { return error }
}

@Suite struct WireTests {
    @Test func `a varint of over 64 bits is refused with its offset`() {
        let error = decodingError([0x08] + Array(repeating: 0xFF, count: 10) + [0x01])
        #expect(
            error == ONNXError(offset: 1, field: "ModelProto.field 1", reason: "a varint of over 64 bits"))
    }

    @Test func `the tenth byte of a varint may hold one bit only`() {
        let error = decodingError([0x08] + Array(repeating: 0xFF, count: 9) + [0x02])
        #expect(error?.reason == "a varint of over 64 bits")
    }

    @Test func `a varint that ends with the file is cut off`() {
        let error = decodingError([0x08, 0x80])
        #expect(error == ONNXError(offset: 1, field: "ModelProto.field 1", reason: "a varint is cut off"))
    }

    @Test func `a length beyond the end names what is left`() {
        let error = decodingError([0x3A, 0x05, 0x01])
        #expect(error?.offset == 1)
        #expect(error?.reason == "a length of 5 bytes where 1 are left")
    }

    @Test func `a length of nearly 2 to the 64 does not overflow`() {
        let error = decodingError([0x3A] + Protobuf.number(.max) + [0x00])
        #expect(error?.reason == "a length of 18446744073709551615 bytes where 1 are left")
    }

    @Test func `a nested message cannot reach beyond the one around it`() {
        let graph: [UInt8] = [0x0A, 0x10, 0x00]  // A node of 16 bytes in a graph of 3.
        let error = decodingError(Protobuf.bytes(7, graph) + Array(repeating: 0, count: 32))
        #expect(error?.field == "GraphProto.field 1")
        #expect(error?.reason == "a length of 16 bytes where 1 are left")
    }

    @Test(arguments: [UInt8(3), 4, 6, 7]) func `wire types that ONNX has not are refused`(_ wireType: UInt8) {
        let error = decodingError([0x08 | wireType, 0x00])
        #expect(error?.reason == "wire type \(wireType) is not used by ONNX")
    }

    @Test func `field number 0 is none`() {
        #expect(decodingError([0x00, 0x00])?.reason == "field number 0 is none")
    }

    @Test func `fixed numbers are cut off too`() {
        #expect(decodingError([0x0D, 1, 2, 3])?.reason == "is cut off")
        #expect(decodingError([0x09, 1, 2, 3])?.reason == "is cut off")
    }

    @Test func `unknown fields are passed over`() throws {
        var model = ONNXWriter()
        model.node("Relu", ["x"], ["y"])
        let extra = Protobuf.varint(100, 7) + Protobuf.bytes(101, [1, 2]) + Protobuf.fixed32(102, 9)
        #expect(try Model(ModelBytes(extra + model.bytes)).graph.nodes.count == 1)
    }

    @Test func `a name that is not UTF-8 is refused`() {
        let node = Protobuf.bytes(3, [0xC3, 0x28])
        #expect(decodingError(Protobuf.bytes(7, Protobuf.bytes(1, node)))?.field == "NodeProto.name")
    }

    @Test func `a file without a graph is no model`() {
        #expect(decodingError([])?.field == "ModelProto.graph")
    }
}
