import Inference
import Kernels
import TestKit
import Testing

/// Convolutions that are made together with the pointwise one behind them.
extension FusionTests {
    /// Sixteen channels through a depthwise convolution and a pointwise one, with what the caller puts
    /// between and behind.
    private func pairModel(_ more: (inout ONNXWriter) -> Void) -> ONNXWriter {
        var model = ONNXWriter()
        model.input("x", [nil, 16, nil, nil])
        model.random("w", [16, 1, 3, 3], seed: 1)
        model.random("v", [16, 16, 1, 1], seed: 2)
        model.random("b", [16], seed: 3)
        model.node("Relu", ["x"], ["r"], name: "relu")
        model.node("Conv", ["r", "w", "b"], ["d"], name: "dw", same + [ONNXAttribute.int("group", 16)])
        more(&model)
        return model
    }

    @Test
    func `a depthwise convolution and the pointwise one behind it become a pair where planes are large`()
        throws
    {
        let model = pairModel { model in
            model.node("Relu", ["d"], ["a"], name: "act")
            model.node("Conv", ["a", "v", "b"], ["p"], name: "pw")
            model.node("Relu", ["p"], ["y"], name: "last")
            model.output("y")
        }
        #expect(try fusedNodes(model, randomTensor([2, 16, 96, 90], seed: 9)) == ["relu", "dw + pw"])
        #expect(try fusedNodes(model, randomTensor([2, 16, 48, 90], seed: 9)) == ["relu", "dw", "pw"])
    }

    @Test func `a pool goes between the convolutions of a pair`() throws {
        let model = pairModel { model in
            model.node(
                "MaxPool", ["d"], ["m"], name: "pool",
                [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
            model.node("Conv", ["m", "v", "b"], ["y"], name: "pw")
            model.output("y")
        }
        #expect(try fusedNodes(model, randomTensor([1, 16, 190, 190], seed: 9)) == ["relu", "dw + pw"])
    }

    /// The output must not be written over what the next band still reads.
    @Test func `a pair adds its own input, and another value`() throws {
        for residual in ["r", "x"] {
            let model = pairModel { model in
                model.node("Conv", ["d", "v", "b"], ["p"], name: "pw")
                model.node("Add", ["p", residual], ["s"], name: "add")
                model.node("Relu", ["s"], ["y"], name: "last")
                model.output("y")
            }
            #expect(try fusedNodes(model, randomTensor([2, 16, 96, 90], seed: 9)) == ["relu", "dw + pw"])
        }
    }

    /// The output is written over the residual, which nobody else reads.
    @Test func `a pair adds what another convolution has made`() throws {
        let model = pairModel { model in
            model.random("u", [16, 16, 3, 3], seed: 4)
            model.node("Conv", ["r", "u"], ["s"], name: "shortcut", same)
            model.node("Conv", ["d", "v", "b"], ["p"], name: "pw")
            model.node("Add", ["s", "p"], ["y"], name: "add")
            model.output("y")
        }
        let image = randomTensor([2, 16, 96, 90], seed: 9)
        #expect(try fusedNodes(model, image) == ["relu", "shortcut", "dw + pw"])
    }

    @Test(arguments: [["p", "d"], ["d", "p"]], [1, 3])
    func `a convolution that adds another one's result is not the second of a pair`(
        operands: [String], kernel: Int
    ) throws {
        let model = pairModel { model in
            model.random("u", [16, 16, kernel, kernel], seed: 4)
            model.node("Conv", ["x", "u"], ["p"], name: "conv", kernel == 3 ? same : [])
            model.node("Add", operands, ["y"], name: "add")
            model.output("y")
        }
        let image = randomTensor([2, 16, 96, 90], seed: 9)
        #expect(try fusedNodes(model, image) == ["relu", "dw", "conv"])
    }

    /// Expand, depthwise, project: what is pointwise before an expansion leaves its depthwise convolution to
    /// it.
    @Test func `depthwise convolutions come before pointwise ones in pairs`() throws {
        let model = pairModel { model in
            model.random("u", [24, 16, 1, 1], seed: 4)
            model.node("Conv", ["d", "v", "b"], ["p"], name: "project")
            model.node("Conv", ["p", "u"], ["y"], name: "expand")
            model.output("y")
        }
        let image = randomTensor([2, 16, 96, 90], seed: 9)
        #expect(try fusedNodes(model, image) == ["relu", "dw + project", "expand"])
    }

    @Test func `what lies between two convolutions and is read elsewhere keeps them apart`() throws {
        let model = pairModel { model in
            model.node("Conv", ["d", "v", "b"], ["y"], name: "pw")
            model.output("d")
            model.output("y")
        }
        #expect(try fusedNodes(model, randomTensor([1, 16, 96, 90], seed: 9)) == ["relu", "dw", "pw"])
    }
}
