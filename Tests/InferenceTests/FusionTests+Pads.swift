import Inference
import Kernels
import TestKit
import Testing

/// Zeros that exporters add around an image before a convolution, as TensorFlow's SAME asks for.
extension FusionTests {
    /// A `Pad` before a convolution of stride 2, both as the caller has them.
    private func padModel(
        opset: UInt64 = 13, inputs: [String] = ["x", "pads"], weights: [Int] = [6, 4, 3, 3],
        pad: [[UInt8]] = [], conv: [[UInt8]] = [],
        _ more: (inout ONNXWriter) -> Void = { $0.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1]) }
    ) -> ONNXWriter {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil)
        model.random("w", weights, seed: 1)
        model.random("b", [weights[0]], seed: 2)
        model.node("Pad", inputs, ["p"], name: "pad", pad)
        let strides = [Int64](repeating: 2, count: weights.count - 2)
        model.node(
            "Conv", ["p", "w", "b"], ["y"], name: "conv", conv + [ONNXAttribute.ints("strides", strides)])
        model.output("y")
        more(&model)
        return model
    }

    private var padded: Tensor { randomTensor([2, 4, 7, 6], seed: 9) }

    @Test func `zeros added before a convolution become its border`() throws {
        let pads = ONNXAttribute.ints("pads", [0, 0, 2, 1, 0, 0, 0, 3])
        let models = [
            padModel(),
            padModel(opset: 10, inputs: ["x"], pad: [pads], { _ in }),
            padModel(inputs: ["x", "pads", "zero"]) {
                $0.initializer("pads", [0, 0, 5, 0, 0, 0, 1, 4])
                $0.initializer("zero", [], [0])
            },
            padModel(opset: 18, inputs: ["x", "pads", "", "axes"]) {
                $0.initializer("pads", [1, 2, 0, 3])
                $0.initializer("axes", [-1, 2])
            },
            padModel(conv: [ONNXAttribute.ints("pads", [1, 0, 2, 1])]),
            padModel(conv: [ONNXAttribute.string("auto_pad", "VALID")]),
            padModel(weights: [4, 1, 5, 3], conv: [ONNXAttribute.int("group", 4)]),
            padModel(weights: [6, 2, 3, 3], conv: [ONNXAttribute.int("group", 2)]),
            padModel(weights: [6, 4, 1, 1]),
        ]
        for model in models { #expect(try fusedNodes(model, padded) == ["conv"]) }
        let line = padModel(weights: [6, 4, 3]) { $0.initializer("pads", [0, 0, 1, 0, 0, 2]) }
        #expect(try fusedNodes(line, randomTensor([2, 4, 9], seed: 9)) == ["conv"])
        #expect(try fusedNodes(models[2], randomTensor([1, 4, 0, 3], seed: 9)) == ["conv"])
    }

    @Test func `zeros added twice before a convolution become its border`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.random("w", [6, 4, 3, 3], seed: 1)
        model.initializer("once", [0, 0, 0, 1, 0, 0, 1, 1])
        model.initializer("twice", [0, 0, 2, 0, 0, 0, 0, 1])
        model.node("Pad", ["x", "once"], ["p"], name: "pad")
        model.node("Pad", ["p", "twice"], ["q"], name: "again")
        model.node("Conv", ["q", "w"], ["y"], name: "conv")
        model.output("y")
        #expect(try fusedNodes(model, padded) == ["conv"])
    }

    /// Outside of what is normalised stand zeros, not normalised zeros.
    @Test func `a normalisation before added zeros becomes part of the convolution`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.random("w", [6, 4, 3, 3], seed: 1)
        model.random("b", [4], seed: 2)
        model.initializer("positive", [4], [0.5, 1, 1.5, 2])
        model.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1])
        model.node("BatchNormalization", ["x", "positive", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Pad", ["n", "pads"], ["p"], name: "pad")
        model.node("Conv", ["p", "w"], ["y"], name: "conv", [ONNXAttribute.ints("strides", [2, 2])])
        model.output("y")
        #expect(try fusedNodes(model, padded) == ["conv"])
    }

    @Test func `zeros added to what is quantised become the border`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.random("w", [6, 4, 3, 3], seed: 1)
        model.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1])
        model.pair("x", "q", 1 / 100, zero: 100)
        model.node("Pad", ["q", "pads"], ["p"], name: "pad")
        model.node("Conv", ["p", "w"], ["y"], name: "conv", [ONNXAttribute.ints("strides", [2, 2])])
        model.output("y")
        #expect(try !fusedNodes(model, padded).contains("pad"))
    }

    /// A `Pad` of amounts that follow from the image's size, as TensorFlow's SAME does, before a convolution.
    private func computedModel(
        divisor: Int64 = 2, weights: [Int] = [6, 4, 3, 3], conv: [[UInt8]] = [],
        _ more: (inout ONNXWriter) -> Void = { _ in }
    ) -> ONNXWriter {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.random("w", weights, seed: 1)
        model.initializer("nothing", [0, 0, 0, 0, 0, 0])
        model.initializer("from", [2])
        model.initializer("to", [4])
        model.initializer("divisor", [divisor])
        model.node("Relu", ["x"], ["r"], name: "relu")
        model.node("Shape", ["r"], ["shape"], name: "shape")
        model.node("Slice", ["shape", "from", "to"], ["size"], name: "slice")
        model.node("Mod", ["size", "divisor"], ["rest"], name: "mod")
        model.node("Concat", ["nothing", "rest"], ["pads"], name: "concat", [ONNXAttribute.int("axis", 0)])
        model.node("Pad", ["r", "pads"], ["p"], name: "pad")
        model.node(
            "Conv", ["p", "w"], ["c"], name: "conv", conv + [ONNXAttribute.ints("strides", [2, 2])])
        model.node("Relu", ["c"], ["y"], name: "activation")
        model.output("y")
        more(&model)
        return model
    }

    @Test(arguments: [[2, 4, 7, 6], [1, 4, 7, 9], [1, 4, 8, 8], [3, 4, 5, 4]])
    func `amounts that follow from the size become the border of each plan`(shape: [Int]) throws {
        let image = randomTensor(shape, seed: 9)
        let models = [
            computedModel(), computedModel(divisor: 5),
            computedModel(weights: [4, 1, 5, 3], conv: [ONNXAttribute.int("group", 4)]),
            computedModel(conv: [ONNXAttribute.ints("pads", [1, 0, 2, 1])]),
        ]
        for model in models { #expect(try fusedNodes(model, image) == ["relu", "conv"]) }
    }

    @Test func `one session has borders of several sizes`() throws {
        let session = try Session(model: computedModel(divisor: 3).bytes, name: "test")
        var options = Session.Options()
        options.fusion = false
        for (height, width) in [(7, 6), (8, 8), (9, 7), (7, 6)] {
            let inputs = ["x": randomTensor([1, 4, height, width], seed: UInt64(height))]
            let found = try #require(try session.run(inputs)["y"])
            let expected = try #require(try run(computedModel(divisor: 3), inputs, options: options)["y"])
            let difference = try #require(TensorDifference(found.floats, expected: expected.floats))
            #expect(found.shape == expected.shape && difference.relativeMaximum < 1e-5)
        }
    }

    @Test func `of amounts that follow from the size two pads in a row become the border`() throws {
        let model = computedModel {
            $0.node("Pad", ["r", "pads"], ["q"], name: "first")
            $0.node("Pad", ["q", "pads"], ["s"], name: "second")
            $0.node("Conv", ["s", "w"], ["z"], name: "another")
            $0.output("z")
        }
        #expect(try fusedNodes(model, padded) == ["relu", "conv", "another"])
    }

    @Test func `amounts that follow from the size stay where others read what is padded`() throws {
        let output = computedModel { $0.output("p") }
        #expect(try fusedNodes(output, padded) == ["relu", "pad", "conv"])
        let reader = computedModel {
            $0.node("Exp", ["p"], ["z"], name: "other")
            $0.output("z")
        }
        #expect(try fusedNodes(reader, padded) == ["relu", "pad", "conv", "other"])
    }

    @Test func `padding that is no border of zeros stays`() throws {
        func pads(_ amounts: [Int64]) -> ONNXWriter { padModel { $0.initializer("pads", amounts) } }
        let models = [
            padModel(pad: [ONNXAttribute.string("mode", "edge")]),
            padModel(inputs: ["x", "pads", "one"]) {
                $0.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1])
                $0.initializer("one", [], [1])
            },
            pads([0, 0, -1, 0, 0, 0, 1, 1]), pads([1, 0, 0, 0, 0, 0, 1, 1]),
            padModel(conv: [ONNXAttribute.string("auto_pad", "SAME_UPPER")]),
        ]
        for model in models { #expect(try fusedNodes(model, padded) == ["pad", "conv"]) }
        let channels = padModel(weights: [6, 5, 3, 3]) { $0.initializer("pads", [0, 0, 0, 0, 0, 1, 1, 1]) }
        #expect(try fusedNodes(channels, padded) == ["pad", "conv"])
    }

    @Test func `padding that others read as well stays`() throws {
        let output = padModel {
            $0.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1])
            $0.output("p")
        }
        #expect(try fusedNodes(output, padded) == ["pad", "conv"])
        let reader = padModel {
            $0.initializer("pads", [0, 0, 0, 0, 0, 0, 1, 1])
            $0.node("Exp", ["p"], ["z"], name: "other")
            $0.output("z")
        }
        #expect(try fusedNodes(reader, padded) == ["pad", "conv", "other"])
    }

    @Test func `padding that is no list of pads is refused as it was`() {
        let model = padModel { $0.initializer("pads", [0, 0, 1, 1]) }
        guard case .node(let fault) = refusal(model, ["x": padded]) else {
            return #expect(Bool(false), "it was refused for another reason")
        }
        #expect(fault.node == "pad" && fault.attribute == "pads")
    }
}
