import Inference
import Kernels
import TestKit
import Testing

/// What older opsets mean by an operator; the newest are covered by the backend tests of the `onnx` package
/// (`Tests/Tools/onnx_backend.py`).
@Suite struct OpsetTests {
    private func y(_ model: ONNXWriter, _ shape: [Int], _ values: [Float]) throws -> Tensor {
        try #require(try run(model, ["x": Tensor(shape: shape, floats: values)])["y"])
    }

    private let sixNumbers: [Float] = [1, 2, 3, 4, 5, 6]

    @Test func `clip has attributes before opset 11`() throws {
        let model = single(
            "Clip", opset: 10, [ONNXAttribute.float("min", -1), ONNXAttribute.float("max", 6)])
        #expect(try y(model, [3], [-5, 0, 9]).floats == [-1, 0, 6])
        #expect(try y(single("Clip", opset: 7), [2], [-5, 9]).floats == [-5, 9])
    }

    @Test func `softmax flattens before opset 13`() throws {
        let old = try y(single("Softmax", opset: 11), [1, 2, 2], [0, 0, 0, 0])
        #expect(old.floats == [0.25, 0.25, 0.25, 0.25])
        let new = try y(single("Softmax", opset: 13), [1, 2, 2], [0, 0, 0, 0])
        #expect(new.floats == [0.5, 0.5, 0.5, 0.5])
    }

    @Test func `slice has attributes before opset 10`() throws {
        let model = single(
            "Slice", opset: 9,
            [
                ONNXAttribute.ints("starts", [1]), ONNXAttribute.ints("ends", [100]),
                ONNXAttribute.ints("axes", [1]),
            ])
        let output = try y(model, [2, 3], sixNumbers)
        #expect(output.shape == [2, 2] && output.floats == [2, 3, 5, 6])
    }

    @Test func `split has an attribute before opset 13`() throws {
        let attributes = [ONNXAttribute.ints("split", [1, 2]), ONNXAttribute.int("axis", 1)]
        var model = single("Split", opset: 11, outputs: ["y", "z"], attributes)
        model.output("z")
        let outputs = try run(model, ["x": Tensor(shape: [2, 3], floats: sixNumbers)])
        #expect(outputs["y"]?.floats == [1, 4] && outputs["z"]?.floats == [2, 3, 5, 6])
    }

    @Test func `a split whose second output is not named gives the first`() throws {
        let model = single("Split", opset: 13, outputs: ["y", ""])
        #expect(try y(model, [4], [1, 2, 3, 4]).floats == [1, 2])
    }

    @Test func `squeeze and unsqueeze have attributes before opset 13`() throws {
        let squeezed = try y(
            single("Squeeze", opset: 11, [ONNXAttribute.ints("axes", [-1])]), [1, 2, 1], [1, 2])
        #expect(squeezed.shape == [1, 2])
        let unsqueezed = try y(
            single("Unsqueeze", opset: 11, [ONNXAttribute.ints("axes", [0, 3])]), [2, 1], [1, 2])
        #expect(unsqueezed.shape == [1, 2, 1, 1])
    }

    @Test func `reductions have an attribute before opset 18`() throws {
        let attributes = [ONNXAttribute.ints("axes", [1]), ONNXAttribute.int("keepdims", 0)]
        #expect(try y(single("ReduceMean", opset: 13, attributes), [2, 3], sixNumbers).floats == [2, 5])
        #expect(try y(single("ReduceSum", opset: 11, attributes), [2, 3], sixNumbers).floats == [6, 15])
    }

    @Test func `without axes a reduction may leave everything as it is`() throws {
        var attributes = [ONNXAttribute.int("noop_with_empty_axes", 1)]
        #expect(try y(single("ReduceSum", opset: 13, attributes), [2], [3, -4]).floats == [3, -4])
        #expect(try y(single("ReduceL2", opset: 18, attributes), [2], [3, -4]).floats == [3, 4])
        attributes = []
        #expect(try y(single("ReduceL2", opset: 18, attributes), [2], [3, -4]).floats == [5])
    }

    @Test func `pad has attributes before opset 11`() throws {
        let model = single(
            "Pad", opset: 10, [ONNXAttribute.ints("pads", [1, 2]), ONNXAttribute.float("value", 7)])
        #expect(try y(model, [2], [1, 2]).floats == [7, 1, 2, 7, 7])
        let reflected = single(
            "Pad", opset: 10, [ONNXAttribute.ints("pads", [1, 1]), ONNXAttribute.string("mode", "reflect")])
        #expect(try y(reflected, [3], [1, 2, 3]).floats == [2, 1, 2, 3, 2])
    }

    @Test func `upsample has an attribute before opset 9 and an input there`() throws {
        let scales: [Float] = [1, 1, 1, 2]
        let old = single("Upsample", opset: 7, [ONNXAttribute.floats("scales", scales)])
        #expect(try y(old, [1, 1, 1, 2], [1, 2]).floats == [1, 1, 2, 2])
        var new = single("Upsample", opset: 9, inputs: ["x", "scales"])
        new.initializer("scales", [4], scales)
        #expect(try y(new, [1, 1, 1, 2], [1, 2]).floats == [1, 1, 2, 2])
    }

    @Test func `resize of opset 10 is asymmetric and rounds up where it shrinks`() throws {
        var model = single("Resize", opset: 10, inputs: ["x", "scales"])
        model.initializer("scales", [4], [1, 1, 0.6, 0.6])
        let output = try y(model, [1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(output.shape == [1, 1, 1, 2] && output.floats == [1, 3])
    }

    @Test func `resize of opset 11 takes an empty region and scales`() throws {
        var model = single(
            "Resize", opset: 11, inputs: ["x", "roi", "scales"],
            [
                ONNXAttribute.string("coordinate_transformation_mode", "asymmetric"),
                ONNXAttribute.string("nearest_mode", "floor"), ONNXAttribute.string("mode", "nearest"),
            ])
        model.initializer("roi", [0], [])
        model.initializer("scales", [4], [1, 1, 2, 2])
        let output = try y(model, [1, 1, 1, 2], [1, 2])
        #expect(output.shape == [1, 1, 2, 4] && output.floats == [1, 1, 2, 2, 1, 1, 2, 2])
    }

    @Test func `opsets 11 and 12 know half pixels that are not taken back`() throws {
        func resize(opset: UInt64) -> ONNXWriter {
            var model = single(
                "Resize", opset: opset, inputs: ["x", "roi", "scales"],
                [
                    ONNXAttribute.string("coordinate_transformation_mode", "tf_half_pixel_for_nn"),
                    ONNXAttribute.string("nearest_mode", "floor"),
                ])
            model.initializer("roi", [0], [])
            model.initializer("scales", [3], [1, 1, 0.5])
            return model
        }
        // Places (0 + 1/2) 2 = 1 and (1 + 1/2) 2 = 3.
        #expect(try y(resize(opset: 11), [1, 1, 4], [1, 2, 3, 4]).floats == [2, 4])
        let error = refusal(resize(opset: 13), ["x": Tensor(shape: [1, 1, 4], floats: [1, 2, 3, 4])])
        guard case .node(let fault) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(fault.attribute == "coordinate_transformation_mode")
    }

    @Test func `the mask of dropout is of the data's type before opset 10`() throws {
        var model = single("Dropout", opset: 7, outputs: ["y", "mask"], [ONNXAttribute.float("ratio", 0.9)])
        model.output("mask")
        let outputs = try run(model, ["x": Tensor(shape: [2], floats: [1, 2])])
        #expect(outputs["y"]?.floats == [1, 2] && outputs["mask"]?.floats == [1, 1])
    }

    @Test func `a product needs its third matrix before opset 11`() throws {
        var model = single("Gemm", opset: 9, inputs: ["x", "w"])
        model.initializer("w", [2, 1], [1, 1])
        let error = refusal(model, ["x": Tensor(shape: [1, 2], floats: [1, 2])])
        guard case .node(let fault) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(fault.attribute == "inputs")
    }

    @Test func `bounds of a pool are counted as ceil mode and pads say`() throws {
        let attributes = [ONNXAttribute.ints("kernel_shape", [2]), ONNXAttribute.ints("strides", [2])]
        #expect(try y(single("AveragePool", opset: 7, attributes), [1, 1, 3], [2, 4, 6]).floats == [3])
        let ceil = attributes + [ONNXAttribute.int("ceil_mode", 1)]
        #expect(try y(single("AveragePool", opset: 10, ceil), [1, 1, 3], [2, 4, 6]).floats == [3, 6])
        let padded =
            attributes + [ONNXAttribute.ints("pads", [1, 0]), ONNXAttribute.int("count_include_pad", 1)]
        #expect(try y(single("AveragePool", opset: 7, padded), [1, 1, 3], [2, 4, 6]).floats == [1, 5])
    }

    @Test func `a window that sticks out by less than its stride counts in ceil mode`() throws {
        func pool(kernel: Int64) -> ONNXWriter {
            single(
                "MaxPool", opset: 13,
                [
                    ONNXAttribute.ints("kernel_shape", [kernel]), ONNXAttribute.ints("strides", [2]),
                    ONNXAttribute.int("ceil_mode", 1),
                ])
        }
        #expect(try y(pool(kernel: 4), [1, 1, 3], [2, 6, 4]).floats == [6])
        let error = refusal(pool(kernel: 5), ["x": Tensor(shape: [1, 1, 3], floats: [2, 6, 4])])
        guard case .node(let fault) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(fault.attribute == "kernel_shape")
    }

    @Test func `convolutions of one dimension and of groups are placed by auto pad`() throws {
        var model = single(
            "Conv", opset: 11, inputs: ["x", "w"],
            [ONNXAttribute.int("group", 2), ONNXAttribute.string("auto_pad", "SAME_UPPER")])
        model.initializer("w", [2, 1, 2], [1, 10, 100, 1000])
        let output = try y(model, [1, 2, 3], sixNumbers)
        #expect(output.shape == [1, 2, 3])
        #expect(output.floats == [21, 32, 3, 5400, 6500, 600])
    }

    @Test func `half precision weights are widened`() throws {
        var model = single("Add", inputs: ["x", "h"])
        // 1, -2, the smallest positive number, infinity.
        let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7C00]
        model.initializer(
            ONNXWriter.tensor("h", .float16, [4], raw: halves.flatMap { ONNXWriter.littleEndian($0) }))
        #expect(try y(model, [1], [0]).floats == [1, -2, 0x1p-24, .infinity])
        var brain = single("Add", inputs: ["x", "h"])
        brain.initializer(ONNXWriter.tensor("h", .bfloat16, [1], raw: [0xC0, 0x3F]))
        #expect(try y(brain, [1], [0]).floats == [1.5])
    }

    @Test func `an integer divided by zero is an error of the run`() {
        var model = ONNXWriter()
        model.input("x", nil, type: .int64)
        model.initializer("zero", [0])
        model.node("Div", ["x", "zero"], ["y"], name: "n")
        model.output("y", type: .int64)
        let error = refusal(model, ["x": Tensor(shape: [1], int64s: [1])])
        #expect(
            error
                == .node(
                    NodeFault(
                        node: "n", operatorType: "Div", attribute: nil,
                        reason: "an integer is divided by zero")))
    }

    @Test func `an index out of range is an error of the run`() {
        var model = single("Gather", inputs: ["x", "i"])
        model.input("i", nil, type: .int64)
        let inputs = ["x": Tensor(shape: [2], floats: [1, 2]), "i": Tensor(shape: [1], int64s: [2])]
        let error = refusal(model, inputs)
        guard case .node(let fault) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(fault.reason == "index 2 is outside an extent of 2")
    }

    @Test func `empty tensors run`() throws {
        var model = single("Relu")
        model.node("Exp", ["y"], ["z"])
        model.output("z")
        let outputs = try run(model, ["x": Tensor(shape: [0, 3], floats: [])])
        #expect(outputs["z"]?.shape == [0, 3])
    }
}
