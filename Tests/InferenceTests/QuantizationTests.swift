import Inference
import Kernels
import TestKit
import Testing

/// Floats to bytes and back, as operators of a graph.
@Suite struct QuantizationTests {
    private func quantizer(
        opset: UInt64 = 21, scale: [Float], shape: [Int], zeros: [UInt8]?, _ attributes: [[UInt8]] = []
    ) -> ONNXWriter {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil)
        model.initializer("s", shape, scale)
        if let zeros { model.bytes("z", shape, zeros) }
        model.node(
            "QuantizeLinear", ["x", "s"] + (zeros == nil ? [] : ["z"]), ["y"], name: "n", attributes)
        model.output("y", type: .uint8)
        return model
    }

    private func fault(_ model: ONNXWriter, _ shape: [Int] = [2, 3]) -> NodeFault? {
        guard case .node(let fault) = refusal(model, ["x": randomTensor(shape, seed: 1)]) else { return nil }
        return fault
    }

    @Test(arguments: [UInt64(10), 13, 19, 21, 23, 28])
    func `a tensor is quantised by one scale at every opset`(opset: UInt64) throws {
        let x = Tensor(shape: [2, 4], floats: [0, 1, 1.5, 2.5, -1, 400, -400, .nan])
        let model = quantizer(opset: opset, scale: [0.5], shape: [], zeros: [10])
        #expect(try run(model, ["x": x])["y"]?.uint8s == [10, 12, 13, 15, 8, 255, 0, 0])
    }

    @Test func `halves go to the even number`() throws {
        let x = Tensor(shape: [6], floats: [0.5, 1.5, 2.5, -0.5, -1.5, 254.5])
        let model = quantizer(scale: [1], shape: [1], zeros: nil)
        #expect(try run(model, ["x": x])["y"]?.uint8s == [0, 2, 2, 0, 0, 254])
    }

    @Test(
        arguments: [(1, [1, 2, 4], [1, 1, 1, 4, 2, 1]), (-2, [1, 2], [1, 2, 4, 2, 2, 2])]
            as [(Int64, [Float], [UInt8])])
    func `each place of an axis has its scale`(axis: Int64, scales: [Float], expected: [UInt8]) throws {
        let x = Tensor(shape: [2, 3], floats: [1, 2, 4, 4, 4, 4])
        let model = quantizer(
            opset: 13, scale: scales, shape: [scales.count], zeros: Array(repeating: 0, count: scales.count),
            [ONNXAttribute.int("axis", axis)])
        #expect(try run(model, ["x": x])["y"]?.uint8s == expected)
    }

    @Test func `neighbours along an axis share the scale of their block`() throws {
        let x = Tensor(shape: [1, 5], floats: [2, 4, 8, 8, 8])
        let model = quantizer(
            scale: [1, 2, 4], shape: [1, 3], zeros: [0, 1, 2],
            [ONNXAttribute.int("axis", 1), ONNXAttribute.int("block_size", 2)])
        #expect(try run(model, ["x": x])["y"]?.uint8s == [2, 4, 5, 5, 4])
    }

    @Test func `the type is the zero point's, or the attribute's, or uint8`() throws {
        var model = ONNXWriter(opset: 21)
        model.input("x", nil)
        model.initializer("s", [], [1])
        model.signedBytes("z", [], [-3])
        model.node("QuantizeLinear", ["x", "s", "z"], ["a"])
        model.node("QuantizeLinear", ["x", "s"], ["b"], [ONNXAttribute.int("output_dtype", 3)])
        model.node("QuantizeLinear", ["x", "s"], ["c"])
        model.output("a", type: .int8)
        model.output("b", type: .int8)
        model.output("c", type: .uint8)
        let outputs = try run(model, ["x": Tensor(shape: [3], floats: [-200, 5, 200])])
        #expect(outputs["a"]?.int8s == [-128, 2, 127])
        #expect(outputs["b"]?.int8s == [-128, 5, 127])
        #expect(outputs["c"]?.uint8s == [0, 5, 200])
    }

    @Test func `bytes and integers become the floats that they stand for`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil], type: .int8)
        model.input("i", [nil], type: .int32)
        model.initializer("s", [2], [0.5, 4])
        model.signedBytes("z", [2], [1, -1])
        model.node("DequantizeLinear", ["x", "s", "z"], ["a"], [ONNXAttribute.int("axis", 0)])
        model.node("DequantizeLinear", ["i", "s"], ["b"], [ONNXAttribute.int("axis", 0)])
        model.output("a")
        model.output("b")
        let outputs = try run(
            model,
            [
                "x": Tensor(shape: [2], elementType: .int8, bytes: [0x80, 0x7F]),
                "i": Tensor(shape: [2], elementType: .int32, bytes: [0, 0, 0, 0x80, 1, 0, 0, 0]),
            ])
        #expect(outputs["a"]?.floats == [-64.5, 512])
        #expect(outputs["b"]?.floats == [-0x1p30, 4])
    }

    /// Of axis 1, whether or not one is named: a bias has no other.
    @Test func `a list has a scale for each of its elements`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil], type: .uint8)
        model.initializer("s", [3], [1, 2, 3])
        model.node("DequantizeLinear", ["x", "s"], ["y"])
        model.output("y")
        #expect(try run(model, ["x": .bytes([3], [1, 1, 1])])["y"]?.floats == [1, 2, 3])
    }

    @Test func `a scale and zero point may be found in the run`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.input("s", [])
        model.input("z", [], type: .uint8)
        model.node("QuantizeLinear", ["x", "s", "z"], ["q"])
        model.node("DequantizeLinear", ["q", "s", "z"], ["y"])
        model.output("y")
        let session = try Session(model: model.bytes, name: "test")
        for (scale, zero, expected) in [(0.5, 0, [1, 0]), (0.25, 3, [1, -0.75]), (0, 7, [0, 0])]
            as [(Float, UInt8, [Float])]
        {
            let outputs = try session.run([
                "x": Tensor(shape: [2], floats: [1, -1]), "s": Tensor(shape: [], floats: [scale]),
                "z": .bytes([], [zero]),
            ])
            #expect(outputs["y"]?.floats == expected)
        }
    }

    @Test func `numbers ask for their own scale`() throws {
        var model = ONNXWriter(opset: 11)
        model.input("x", nil)
        model.node("DynamicQuantizeLinear", ["x"], ["y", "s", "z"])
        model.output("y", type: .uint8)
        model.output("s")
        model.output("z", type: .uint8)
        let session = try Session(model: model.bytes, name: "test")
        let found = try session.run(["x": Tensor(shape: [4], floats: [0, 2, -3, -2])])
        #expect(found["s"]?.floats == [Float(5) / 255])
        #expect(found["z"]?.uint8s == [153])
        #expect(found["y"]?.uint8s == [153, 255, 0, 51])
        let nothing = try session.run(["x": Tensor(shape: [2], floats: [0, 0])])
        #expect(nothing["s"]?.floats == [1] && nothing["y"]?.uint8s == [0, 0])
        let empty = try session.run(["x": Tensor(shape: [0], floats: [])])
        #expect(empty["s"]?.floats == [1] && empty["y"]?.shape == [0])
        for strange: Float in [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 0x1p-149] {
            _ = try session.run(["x": Tensor(shape: [3], floats: [strange, 1, -strange])])
        }
    }

    @Test func `outputs of a dynamic scale may be left out`() throws {
        var model = ONNXWriter(opset: 11)
        model.input("x", nil)
        model.node("DynamicQuantizeLinear", ["x"], ["", "s"])
        model.output("s")
        #expect(try run(model, ["x": Tensor(shape: [1], floats: [255])])["s"]?.floats == [1])
    }

    @Test(arguments: [[2], [4], [1, 3], [3, 1], [0]])
    func `scales that do not fit are refused`(shape: [Int]) {
        let count = shape.reduce(1, *)
        let model = quantizer(
            scale: Array(repeating: 1, count: count), shape: shape, zeros: nil,
            [ONNXAttribute.int("axis", 1)])
        #expect(fault(model)?.attribute == "y_scale")
        #expect(fault(model)?.reason == "shape \(shape) does not fit a tensor of shape [2, 3]")
    }

    @Test(arguments: [Int64(2), -3, .min, .max]) func `an axis that is none is refused`(axis: Int64) {
        let model = quantizer(
            scale: [1, 1, 1], shape: [3], zeros: nil, [ONNXAttribute.int("axis", axis)])
        #expect(fault(model)?.attribute == "axis")
    }

    @Test(arguments: [Int64(-1), .min, .max]) func `a block that is no size is refused`(size: Int64) {
        let model = quantizer(scale: [1], shape: [], zeros: nil, [ONNXAttribute.int("block_size", size)])
        #expect(fault(model)?.attribute == "block_size")
    }

    @Test func `zero points of another type or shape are refused`() {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil], type: .uint8)
        model.initializer("s", [], [1])
        model.signedBytes("z", [], [0])
        model.node("DequantizeLinear", ["x", "s", "z"], ["y"], name: "n")
        model.output("y")
        guard case .node(let fault) = refusal(model, ["x": .bytes([1], [1])]) else {
            Issue.record("another error")
            return
        }
        #expect(
            fault.attribute == "x_zero_point"
                && fault.reason == "is int8 of shape [] where uint8 of [] is needed")
        var wide = ONNXWriter(opset: 13)
        wide.input("x", nil)
        wide.initializer("s", [3], [1, 1, 1])
        wide.bytes("z", [2], [0, 0])
        wide.node("QuantizeLinear", ["x", "s", "z"], ["y"], name: "n")
        wide.output("y", type: .uint8)
        #expect(self.fault(wide)?.attribute == "y_zero_point")
    }

    @Test(arguments: [Int64(4), 5, 17, 21, 22]) func `types other than bytes are refused`(code: Int64) {
        let model = quantizer(scale: [1], shape: [], zeros: nil, [ONNXAttribute.int("output_dtype", code)])
        #expect(fault(model)?.attribute == "output_dtype")
        #expect(fault(model)?.reason == "element type \(code) is not supported (uint8 and int8 are)")
    }

    @Test func `attributes of later opsets are unknown`() {
        for (opset, name) in [(10, "axis"), (13, "saturate"), (19, "block_size"), (21, "precision")]
            as [(UInt64, String)]
        {
            let model = quantizer(
                opset: opset, scale: [1], shape: [], zeros: nil, [ONNXAttribute.int(name, 1)])
            #expect(fault(model)?.attribute == name)
        }
    }
}
