import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// Damaged models must be refused or run, and never trap: a trap ends the whole test process.
@Suite struct FuzzTests {
    /// A small model that has a bit of everything.
    private func seedModels() -> [[UInt8]] {
        var net = ONNXWriter(opset: 11)
        net.input("x", [nil, 2, nil, 4])
        net.random("w", [3, 2, 3, 3], seed: 1)
        net.random("b", [3], seed: 2)
        net.initializer("scales", [4], [1, 1, 2, 2])
        net.initializer("empty", [0], [])
        net.initializer("rest", [-1])
        net.initializer("zero", [0])
        net.node(
            "Conv", ["x", "w", "b"], ["c"],
            [ONNXAttribute.ints("pads", [1, 1, 1, 1]), ONNXAttribute.int("group", 1)])
        net.node("BatchNormalization", ["c", "b", "b", "b", "b"], ["n"], [ONNXAttribute.float("epsilon", 2)])
        net.node("Resize", ["n", "empty", "scales"], ["u"], [ONNXAttribute.string("mode", "linear")])
        net.node(
            "MaxPool", ["u"], ["m"],
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        net.node("Shape", ["m"], ["s"])
        net.node("Gather", ["s", "zero"], ["batch"])
        net.node("Concat", ["batch", "rest"], ["target"], [ONNXAttribute.int("axis", 0)])
        net.node("Reshape", ["m", "target"], ["y"])
        net.output("y")

        var shapes = ONNXWriter(opset: 13)
        shapes.input("x", [nil, 2, nil, 4])
        shapes.initializer("starts", [0, 1])
        shapes.initializer("ends", [1, 9])
        shapes.initializer("pads", [0, 0, 1, 1, 0, 0, 1, 1])
        shapes.initializer("target", [2, 1, 1, 1])
        shapes.node("Slice", ["x", "starts", "ends"], ["a"])
        shapes.node("Pad", ["a", "pads"], ["p"], [ONNXAttribute.string("mode", "edge")])
        shapes.node("Expand", ["p", "target"], ["e"])
        shapes.node("Transpose", ["e"], ["t"], [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        shapes.node("Softmax", ["t"], ["f"], [ONNXAttribute.int("axis", -1)])
        shapes.node(
            "AveragePool", ["f"], ["v"],
            [ONNXAttribute.ints("kernel_shape", [3, 3]), ONNXAttribute.int("ceil_mode", 1)])
        shapes.node("ReduceL2", ["v"], ["r"], [ONNXAttribute.ints("axes", [1, 2])])
        shapes.node("Flatten", ["r"], ["y"])
        shapes.output("y")
        return [net.bytes, shapes.bytes, transformer(), quantized()]
    }

    /// What quantisers write: pairs, operators over bytes, scales that are found in the run.
    private func quantized() -> [UInt8] {
        var model = ONNXWriter(opset: 21)
        model.input("x", [nil, 2, 4, 4])
        model.pair("x", "r", 0.1)
        model.signedBytes("w", [3, 2, 1, 1], [1, -2, 3, -4, 5, -6])
        model.initializer("ws", [3], [0.1, 0.2, 0.3])
        model.signedBytes("wz", [3], [0, 1, 2])
        model.integers("b", [3], [1, 2, 3])
        model.initializer("blocks", [3, 1, 1, 1], [1, 2, 3])
        model.parameters("c", 0.5)
        model.node(
            "DequantizeLinear", ["w", "blocks"], ["v"],
            [ONNXAttribute.int("axis", 1), ONNXAttribute.int("block_size", 2)])
        model.node("Conv", ["r", "v"], ["a"])
        model.node("QuantizeLinear", ["a", "c_s", "c_z"], ["aq"], [ONNXAttribute.int("output_dtype", 2)])
        model.node("DequantizeLinear", ["aq", "c_s", "c_z"], ["ar"])
        model.node("QLinearConv", ["r_q", "r_s", "r_z", "w", "ws", "wz", "c_s", "c_z", "b"], ["cq"])
        model.node("MaxPool", ["cq"], ["m"], [ONNXAttribute.ints("kernel_shape", [2, 2])])
        model.node("DequantizeLinear", ["m", "c_s", "c_z"], ["e"])
        model.node("DynamicQuantizeLinear", ["ar"], ["dq", "ds", "dz"])
        model.signedBytes("k", [1, 3, 2, 2], Array(repeating: 3, count: 12))
        model.node("ConvInteger", ["dq", "k", "dz"], ["i"])
        model.node("Cast", ["i"], ["f"], [ONNXAttribute.int("to", 1)])
        model.initializer("ks", [1], [0.5])
        model.initializer("kb", [1, 1, 1], [0.25])
        model.node("Mul", ["ds", "ks"], ["dks"])
        model.node("Mul", ["f", "dks"], ["g"])
        model.node("Add", ["g", "kb"], ["h"])
        model.node("Add", ["e", "h"], ["y"])
        model.output("y")
        return model.bytes
    }

    /// Attention's neighbours: normalisations, functions, masks and a position encoding.
    private func transformer() -> [UInt8] {
        var model = ONNXWriter(opset: 20)
        model.input("x", [nil, 4, 4])
        model.random("s", [4], seed: 3)
        for (name, value) in [("zero", Int64(0)), ("one", 1), ("two", 2), ("four", 4)] {
            model.initializer(ONNXWriter.tensor(name, [], int64s: [value]))
        }
        model.node("LayerNormalization", ["x", "s", "s"], ["n"], [ONNXAttribute.int("axis", -1)])
        model.node("Gelu", ["n"], ["g"], [ONNXAttribute.string("approximate", "tanh")])
        model.node("InstanceNormalization", ["g", "s", "s"], ["i"], [ONNXAttribute.float("epsilon", 1)])
        model.node("Range", ["zero", "four", "one"], ["places"])
        model.node("CumSum", ["places", "zero"], ["sums"], [ONNXAttribute.int("exclusive", 1)])
        model.node("Mod", ["sums", "two"], ["bits"])
        model.node("Equal", ["bits", "one"], ["odd"])
        model.node("Not", ["odd"], ["even"])
        model.node("Cast", ["sums"], ["numbers"], [ONNXAttribute.int("to", 1)])
        model.node("Cos", ["numbers"], ["waves"])
        model.node("Where", ["even", "i", "waves"], ["w"])
        model.node("Erf", ["w"], ["e"])
        model.node("Softmax", ["e"], ["y"], [ONNXAttribute.int("axis", -1)])
        model.output("y")
        return model.bytes
    }

    /// Loads a model and runs it on ones; returns whether it ran. Limits keep what is still legal small.
    private func tryToRun(_ bytes: [UInt8]) -> Bool {
        var options = Session.Options()
        options.maximumArenaBytes = 1 << 20
        do {
            let session = try Session(model: bytes, name: "fuzz", options: options)
            var inputs: [String: Tensor] = [:]
            for input in session.inputs {
                let shape = (input.dimensions ?? []).map { dimension in
                    if case .fixed(let size) = dimension { return size }
                    return 3
                }
                guard let bytes = Tensor.byteCount(shape: shape, elementType: input.elementType),
                    bytes < 1 << 20
                else {
                    return false
                }
                inputs[input.name] = Tensor(
                    shape: shape, elementType: input.elementType, bytes: Array(repeating: 1, count: bytes))
            }
            _ = try session.run(inputs)
            return true
        } catch { return false }
    }

    @Test func `damaged small models never trap`() {
        let models = seedModels()
        var mutator = Mutator(seed: FuzzBudget.seed(11))
        var ran = 0
        for round in 0..<FuzzBudget.iterations(4_000) {
            let model = models[round % models.count]
            let damaged =
                round % 10 == 9
                ? mutator.spliced(model, models[(round + 1) % models.count]) : mutator.mutate(model)
            if tryToRun(damaged) { ran += 1 }
        }
        // Damage to names, weights and padding leaves many models alive; all dead would mean the seeds are.
        #expect(ran > 0)
    }

    @Test func `every truncation of a small model is refused or runs`() {
        for model in seedModels() {
            for count in 0..<model.count { #expect(!tryToRun(Array(model.prefix(count)))) }
        }
    }

    @Test(
        .enabled(if: SharedFixtures.available, SharedFixtures.skipReason),
        arguments: ["detection/yunet_n_dynamic.onnx", "detection/yunet_2023mar.onnx"])
    func `damaged real models never trap`(_ name: String) throws {
        let model = [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("models/" + name))))
        var mutator = Mutator(seed: FuzzBudget.seed(12))
        for _ in 0..<FuzzBudget.iterations(60) { _ = tryToRun(mutator.mutate(model)) }
    }
}
