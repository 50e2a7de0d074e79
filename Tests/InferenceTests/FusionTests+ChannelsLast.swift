import Inference
import Kernels
import TestKit
import Testing

/// Images that are turned to channels last and back, as ConvNeXt does.
extension FusionTests {
    /// What is between the turns, each step from the value before.
    private enum Step: String, CaseIterable {
        case norm, grow, shrink, gelu
    }

    private func turned(
        _ steps: [Step], between: (inout ONNXWriter, String) -> String = { $1 }
    ) -> ONNXWriter {
        var model = ONNXWriter(opset: 20)
        model.input("x", [nil, 20, nil, nil])
        model.random("k", [20, 1, 3, 3], seed: 1)
        model.random("scale", [20], seed: 2)
        model.random("shift", [20], seed: 3)
        model.random("w", [20, 37], seed: 4)
        model.random("b", [37], seed: 5)
        model.random("v", [37, 20], seed: 6)
        model.random("gamma", [20], seed: 7)
        model.node(
            "Conv", ["x", "k"], ["c"], name: "conv",
            [ONNXAttribute.ints("pads", [1, 1, 1, 1]), ONNXAttribute.int("group", 20)])
        model.node("Transpose", ["c"], ["t"], name: "there", [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        var value = between(&model, "t")
        for step in steps {
            let next = "\(value)-\(step.rawValue)"
            switch step {
            case .norm: model.node("LayerNormalization", [value, "scale", "shift"], [next], name: "norm")
            case .grow:
                model.node("MatMul", [value, "w"], ["m"], name: "grow")
                model.node("Add", ["b", "m"], [next], name: "bias")
            case .shrink:
                model.node("MatMul", [value, "v"], ["n"], name: "shrink")
                model.node("Mul", ["n", "gamma"], [next], name: "gamma")
            case .gelu: model.node("Gelu", [value], [next], name: "gelu")
            }
            value = next
        }
        model.node("Transpose", [value], ["r"], name: "back", [ONNXAttribute.ints("perm", [0, 3, 1, 2])])
        return model
    }

    private var photograph: Tensor { randomTensor([2, 20, 9, 7], seed: 8) }

    @Test func `a block that works on channels last works on channels as they are`() throws {
        var model = turned([.norm, .grow, .gelu, .shrink])
        model.node("Add", ["x", "r"], ["y"], name: "sum")
        model.output("y")
        #expect(try fusedNodes(model, photograph) == ["conv", "norm", "grow", "shrink"])
    }

    @Test func `a normalisation alone needs no turn either, also of the input`() throws {
        var model = turned([.norm])
        model.node("Identity", ["r"], ["y"], name: "end")
        model.output("y")
        #expect(try fusedNodes(model, photograph).isSubset(of: ["conv", "norm", "end"]))
        var planes = ONNXWriter(opset: 17)
        planes.input("x", [nil, 5, nil, nil])
        planes.random("scale", [5], seed: 2)
        planes.node("Transpose", ["x"], ["t"], name: "there", [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        planes.node("LayerNormalization", ["t", "scale"], ["n"], name: "norm")
        planes.node("Transpose", ["n"], ["y"], name: "back", [ONNXAttribute.ints("perm", [0, 3, 1, 2])])
        planes.output("y")
        #expect(try fusedNodes(planes, randomTensor([2, 5, 3, 4], seed: 9)) == ["norm"])
    }

    @Test func `turns around what others read, or what goes over rows, stay`() throws {
        var read = turned([.norm])
        read.output("t-norm")
        read.output("r")
        #expect(try fusedNodes(read, photograph).isSuperset(of: ["there", "norm", "back"]))
        var rows = turned([.norm]) { model, value in
            model.node("Softmax", [value], ["s"], name: "softmax", [ONNXAttribute.int("axis", 2)])
            return "s"
        }
        rows.output("r")
        #expect(try fusedNodes(rows, photograph).isSuperset(of: ["there", "softmax", "norm", "back"]))
        var alone = turned([.gelu])
        alone.output("r")
        #expect(try fusedNodes(alone, photograph).isSuperset(of: ["there", "back"]))
    }

    @Test func `a normalisation by one number for all, or over other axes, keeps its turns`() throws {
        for (scale, axis) in [([1], Int64(-1)), ([3, 4, 5], 1), ([4, 5], 2)] {
            var model = ONNXWriter(opset: 17)
            model.input("x", [nil, 5, nil, nil])
            model.random("scale", scale, seed: 2)
            let (there, back) = (
                ONNXAttribute.ints("perm", [0, 2, 3, 1]), ONNXAttribute.ints("perm", [0, 3, 1, 2])
            )
            model.node("Transpose", ["x"], ["t"], name: "there", [there])
            model.node(
                "LayerNormalization", ["t", "scale"], ["n"], name: "norm", [ONNXAttribute.int("axis", axis)])
            model.node("Transpose", ["n"], ["y"], name: "back", [back])
            model.output("y")
            let found = try fusedNodes(model, randomTensor([2, 5, 3, 4], seed: 9))
            #expect(found == ["there", "norm", "back"])
        }
    }

    @Test func `an image that is the right operand of a product keeps its turns`() throws {
        var model = ONNXWriter(opset: 17)
        model.input("x", [nil, 5, nil, nil])
        model.random("w", [4, 4], seed: 2)
        model.node("Transpose", ["x"], ["t"], name: "there", [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        model.node("MatMul", ["w", "t"], ["m"], name: "product")
        model.node("Transpose", ["m"], ["y"], name: "back", [ONNXAttribute.ints("perm", [0, 3, 1, 2])])
        model.output("y")
        let found = try fusedNodes(model, randomTensor([2, 5, 3, 4], seed: 9))
        #expect(found == ["there", "product", "back"])
    }

    @Test func `an image of other channels than the normalisation's is refused by name`() throws {
        var model = ONNXWriter(opset: 17)
        model.input("x", [nil, nil, nil, nil])
        model.random("scale", [5], seed: 2)
        model.node("Transpose", ["x"], ["t"], name: "there", [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        model.node("LayerNormalization", ["t", "scale"], ["n"], name: "norm")
        model.node("Transpose", ["n"], ["y"], name: "back", [ONNXAttribute.ints("perm", [0, 3, 1, 2])])
        model.output("y")
        let error = try #require(refusal(model, ["x": randomTensor([1, 6, 3, 4], seed: 9)]))
        #expect("\(error)".contains("norm") && "\(error)".contains("5 channels"))
    }
}
