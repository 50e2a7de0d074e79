import Inference
import Kernels
import TestKit
import Testing

@Suite struct FoldingTests {
    /// Names of the nodes that ran.
    private func ran(_ model: ONNXWriter, _ inputs: [String: Tensor]) throws -> Set<String> {
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: model.bytes, name: "test", options: options)
        _ = try session.run(inputs)
        return Set(session.profile().map(\.name))
    }

    /// `Shape -> Gather -> Unsqueeze -> Concat -> Reshape`, as exporters flatten a batch.
    private func flattening() -> ONNXWriter {
        var model = ONNXWriter(opset: 11)
        model.input("x", [nil, 2, 3])
        model.initializer("zero", [0])
        model.initializer("rest", [-1])
        model.node("Shape", ["x"], ["s"], name: "shape")
        model.node("Gather", ["s", "zero"], ["n"], name: "gather")
        model.node("Concat", ["n", "rest"], ["target"], name: "concat", [ONNXAttribute.int("axis", 0)])
        model.node("Relu", ["x"], ["r"], name: "relu")
        model.node("Reshape", ["r", "target"], ["y"], name: "reshape")
        model.output("y")
        return model
    }

    @Test func `shape arithmetic is gone when the shape is known`() throws {
        let inputs = ["x": randomTensor([4, 2, 3], seed: 1)]
        #expect(try run(flattening(), inputs)["y"]?.shape == [4, 6])
        #expect(try ran(flattening(), inputs) == ["relu"])
    }

    @Test func `constants are computed at load`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.node("Constant", [], ["two"], [ONNXAttribute.float("value_float", 2)])
        model.node("Exp", ["two"], ["e"], name: "exp")
        model.node("Mul", ["x", "e"], ["y"], name: "mul")
        model.output("y")
        let inputs = ["x": Tensor(shape: [1], floats: [1])]
        let value = try #require(try run(model, inputs)["y"]?.floats.first)
        #expect(abs(value - 7.389_056) < 1e-5)
        #expect(try ran(model, inputs) == ["mul"])
    }

    @Test func `an output may be a constant or an input`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.initializer("c", [1], [5])
        model.node("Identity", ["x"], ["y"])
        model.node("Identity", ["c"], ["z"])
        model.output("y")
        model.output("z")
        model.output("x")
        let outputs = try run(model, ["x": Tensor(shape: [2], floats: [1, 2])])
        #expect(outputs.mapValues(\.floats) == ["x": [1, 2], "y": [1, 2], "z": [5]])
    }

    @Test func `inputs that decide shapes make plans of their own`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.input("shape", [nil], type: .int64)
        model.node("Reshape", ["x", "shape"], ["y"])
        model.output("y")
        let session = try Session(model: model.bytes, name: "test")
        for shape in [[2, 3], [3, 2], [6, 1]] {
            let target = Tensor(shape: [2], int64s: shape.map { Int64($0) })
            let outputs = try session.run(["x": randomTensor([6], seed: 1), "shape": target])
            #expect(outputs["y"]?.shape == shape)
        }
        #expect(session.cachedPlanCount == 3)
    }

    @Test func `shapes that follow from computed elements are refused`() {
        var model = ONNXWriter()
        model.input("x", [nil])
        model.node("Cast", ["x"], ["big"], [ONNXAttribute.int("to", 7)])
        model.node("Reshape", ["x", "big"], ["y"], name: "reshape")
        model.output("y")
        let many = Tensor(shape: [20_000], floats: Array(repeating: 1, count: 20_000))
        #expect(
            refusal(model, ["x": many])
                == .input(name: "x", reason: "decides shapes, and 80000 bytes are over 65536"))
    }

    @Test func `values of unused nodes are not computed`() throws {
        var model = flattening()
        model.node("Exp", ["x"], ["nobody"], name: "unused")
        #expect(try ran(model, ["x": randomTensor([1, 2, 3], seed: 1)]) == ["relu"])
    }

    @Test(
        arguments: [
            ("Expand", [1 << 40, 1 << 20]), ("ConstantOfShape", [1 << 31, 1 << 31]),
            ("Expand", [0, .max, .max]),
            ("Reshape", [0, .max, .max]), ("ConstantOfShape", [1 << 35]),
        ] as [(String, [Int64])])
    func `sizes beyond the limit are refused before they are taken`(_ type: String, _ target: [Int64]) {
        var model = ONNXWriter(opset: 14)
        model.input("x", nil)
        model.initializer("target", target)
        let attributes = type == "Reshape" ? [ONNXAttribute.int("allowzero", 1)] : []
        model.node(type, type == "ConstantOfShape" ? ["target"] : ["x", "target"], ["y"], attributes)
        model.output("y")
        let shape = target[0] == 0 ? [0, 1, 1] : [1]
        let input = Tensor(shape: shape, floats: Array(repeating: 0, count: shape.reduce(1, *)))
        let error = refusal(model, ["x": input])
        switch error {
        case .limit, .node: break
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test func `a pad of any size is refused before it is taken`() {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.initializer("pads", [0, 1 << 50])
        model.node("Pad", ["x", "pads"], ["y"])
        model.output("y")
        guard case .limit = refusal(model, ["x": Tensor(shape: [1], floats: [0])]) else {
            Issue.record("another error")
            return
        }
    }

    @Test func `a resize of any size is refused before it is taken`() {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.initializer("scales", [2], [1e9, 1e9])
        model.node("Resize", ["x", "", "scales"], ["y"])
        model.output("y")
        let error = refusal(model, ["x": Tensor(shape: [1, 1], floats: [0])])
        guard case .limit = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
