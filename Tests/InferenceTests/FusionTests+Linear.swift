import Inference
import Kernels
import TestKit
import Testing

/// What follows a product with a matrix of weights, as exporters write a fully connected layer of more than
/// two dimensions.
extension FusionTests {
    private func linear(_ bias: [Int] = [6], _ scale: [Int] = [6]) -> ONNXWriter {
        var model = ONNXWriter()
        model.input("x", [nil, nil, 5])
        model.random("w", [5, 6], seed: 1)
        model.random("b", bias, seed: 2)
        model.random("g", scale, seed: 3)
        model.node("MatMul", ["x", "w"], ["m"], name: "product")
        return model
    }

    private var rows: Tensor { randomTensor([2, 7, 5], seed: 4) }

    @Test(arguments: [true, false])
    func `bias and scale become part of a product with weights, in any order`(isFirst: Bool) throws {
        for order in [["Add", "Mul"], ["Mul", "Add"], ["Add", "Mul", "Add", "Mul"], ["Mul"]] {
            var model = linear()
            var value = "m"
            for (index, type) in order.enumerated() {
                let other = type == "Add" ? "b" : "g"
                let next = index + 1 == order.count ? "y" : "v\(index)"
                model.node(type, isFirst ? [value, other] : [other, value], [next], name: "step \(index)")
                value = next
            }
            model.output("y")
            #expect(try fusedNodes(model, rows) == ["product"], "\(order)")
        }
    }

    @Test func `activation and residual become part of a product with weights`() throws {
        for activation in ["Relu", "Tanh", nil] {
            var model = linear()
            model.random("r", [2, 7, 6], seed: 5)
            model.node("Neg", ["r"], ["n"], name: "neg")
            model.node("Add", ["b", "m"], ["l"], name: "bias")
            model.node("Add", ["n", "l"], [activation == nil ? "y" : "s"], name: "sum")
            if let activation { model.node(activation, ["s"], ["y"], name: "end") }
            model.output("y")
            #expect(try fusedNodes(model, rows) == ["product"], "\(activation ?? "none")")
        }
    }

    @Test func `the two products of a block take over all that is between and behind`() throws {
        var model = linear()
        model.random("v", [6, 5], seed: 6)
        model.random("c", [5], seed: 7)
        model.node("Add", ["b", "m"], ["h"], name: "first bias")
        model.node("Relu", ["h"], ["a"], name: "activation")
        model.node("MatMul", ["a", "v"], ["n"], name: "second")
        model.node("Add", ["c", "n"], ["o"], name: "second bias")
        model.node("Add", ["x", "o"], ["y"], name: "sum")
        model.output("y")
        #expect(try fusedNodes(model, rows) == ["product", "second"])
    }

    @Test(arguments: [[1], [], [7, 1], [1, 6], [2, 7, 6]])
    func `a sum that is not a number for each output stays`(shape: [Int]) throws {
        for type in ["Add", "Mul"] {
            var model = linear(shape, shape)
            model.node(type, ["m", "b"], ["y"], name: "other")
            model.output("y")
            // What has the output's shape is a residual.
            let isResidual = type == "Add" && shape.count == 3
            #expect(try fusedNodes(model, rows) == (isResidual ? ["product"] : ["product", "other"]))
        }
    }

    @Test func `a product that others read keeps its bias apart`() throws {
        var model = linear()
        model.node("Add", ["m", "b"], ["y"], name: "bias")
        model.node("Exp", ["m"], ["z"], name: "other")
        model.output("y")
        model.output("z")
        #expect(try fusedNodes(model, rows) == ["product", "bias", "other"])
        var twice = linear()
        twice.node("Add", ["m", "m"], ["y"], name: "double")
        twice.output("y")
        #expect(try fusedNodes(twice, rows) == ["product", "double"])
    }

    @Test(arguments: [Float.infinity, .nan, 1e-30, 1e30]) func `a scale that weights would not survive stays`(
        number: Float
    ) throws {
        var model = linear()
        model.initializer("s", [6], [1, 2, number, 0, -1, 1])
        model.node("Mul", ["m", "s"], ["y"], name: "scale")
        model.output("y")
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: model.bytes, name: "test", options: options)
        let found = try #require(try session.run(["x": rows])["y"])
        #expect(session.profile().count == 2)
        options.fusion = false
        let plain = try Session(model: model.bytes, name: "test", options: options)
        let expected = try #require(try plain.run(["x": rows])["y"])
        #expect(
            zip(found.floats, expected.floats).allSatisfy {
                $0 == $1 || $0.isNaN && $1.isNaN || abs($0 / $1 - 1) < 1e-4
            })
    }

    @Test func `scales that multiply to what weights would not survive stay from there on`() throws {
        var model = linear()
        model.initializer("large", [6], [1e10, -1e10, 1e10, 0, 1e10, 1e10])
        model.initializer("small", [6], [1e-10, 1e-10, 1e-10, 1e-10, 1e-10, 1e-10])
        model.node("Mul", ["m", "large"], ["a"], name: "first")
        model.node("Mul", ["a", "large"], ["c"], name: "second")
        model.node("Mul", ["c", "small"], ["y"], name: "third")
        model.output("y")
        #expect(try fusedNodes(model, rows) == ["product", "second", "third"])
    }

    @Test func `a product may be added to its own input`() throws {
        var model = ONNXWriter()
        model.input("x", [nil, nil, 6])
        model.random("w", [6, 6], seed: 1)
        model.node("Tanh", ["x"], ["t"], name: "tanh")
        model.node("MatMul", ["t", "w"], ["m"], name: "product")
        model.node("Add", ["t", "m"], ["y"], name: "sum")
        model.output("y")
        #expect(try fusedNodes(model, randomTensor([2, 7, 6], seed: 4)) == ["tanh", "product"])
    }
}
