import Inference
import Kernels
import TestKit
import Testing

@Suite struct FusionTests {
    /// Runs with and without fusion, expects the same, and returns the nodes that ran with it.
    func fusedNodes(
        _ model: ONNXWriter, _ input: Tensor, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Set<String> {
        var options = Session.Options()
        options.profiling = true
        let fused = try Session(model: model.bytes, name: "test", options: options)
        options.fusion = false
        let plain = try Session(model: model.bytes, name: "test", options: options)
        let (a, b) = (try fused.run(["x": input]), try plain.run(["x": input]))
        for (name, expected) in b {
            let actual = try #require(a[name])
            #expect(actual.shape == expected.shape, sourceLocation: sourceLocation)
            let difference = try #require(TensorDifference(actual.floats, expected: expected.floats))
            #expect(
                difference.relativeMaximum < 1e-5, "\(name): \(difference)", sourceLocation: sourceLocation)
        }
        // Steps between layouts are no nodes.
        return Set(fused.profile().map(\.name).filter { !$0.hasSuffix(" (layout)") })
    }

    private func model() -> ONNXWriter {
        var model = ONNXWriter()
        model.input("x", [nil, 4, nil, nil])
        model.random("w", [4, 4, 3, 3], seed: 1)
        model.random("v", [4, 4, 1, 1], seed: 2)
        model.random("b", [4], seed: 3)
        model.initializer("positive", [4], [0.5, 1, 1.5, 2])
        model.random("slopes", [4, 1, 1], seed: 4)
        return model
    }

    let same = [ONNXAttribute.ints("pads", [1, 1, 1, 1])]
    private let image = randomTensor([2, 4, 6, 5], seed: 9)

    @Test(arguments: ["Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "PRelu", "Clip"])
    func `activations become part of a convolution`(_ type: String) throws {
        var model = model()
        model.initializer("low", [], [-0.25])
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        let more = type == "PRelu" ? ["slopes"] : type == "Clip" ? ["low"] : []
        model.node(type, ["c"] + more, ["y"], name: "activation")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv"])
    }

    @Test(arguments: [("Sigmoid", true), ("Sigmoid", false), ("HardSigmoid", true)])
    func `a product with the value's own gate becomes part of a convolution`(
        gate: String, isFirst: Bool
    ) throws {
        var model = model()
        let sixth = gate == "Sigmoid" ? [] : [ONNXAttribute.float("alpha", 1 / 6)]
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node(gate, ["c"], ["g"], name: "gate", sixth)
        model.node("Mul", isFirst ? ["c", "g"] : ["g", "c"], ["y"], name: "mul")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv"])
    }

    /// As PyTorch exports it, and with its factors in other orders.
    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func `the nodes of a GELU become part of a convolution`(divides: Bool, isFirst: Bool) throws {
        for half in [Float(0.5), 0.25] {
            var model = model()
            let root: Float = divides ? 2 : 0.5
            model.initializer("root", [], [root.squareRoot()])
            model.initializer("one", [], [1])
            model.initializer("half", [], [half])
            model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
            model.node(divides ? "Div" : "Mul", ["c", "root"], ["d"], name: "div")
            model.node("Erf", ["d"], ["e"], name: "erf")
            model.node("Add", isFirst ? ["e", "one"] : ["one", "e"], ["a"], name: "add")
            model.node("Mul", isFirst ? ["c", "a"] : ["a", "c"], ["m"], name: "mul")
            model.node("Mul", isFirst ? ["m", "half"] : ["half", "m"], ["y"], name: "half")
            model.output("y")
            let all: Set = ["conv", "div", "erf", "add", "mul", "half"]
            #expect(try fusedNodes(model, image) == (half == 0.5 ? ["conv"] : all))
        }
    }

    @Test func `a gate that is read by others, or of another value, stays`() throws {
        for (others, names) in [
            (["c", "g"], ["conv", "gate", "mul", "other"]), (["x", "x"], ["conv", "gate", "mul"]),
        ] as [([String], Set<String>)] {
            var model = model()
            model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
            model.node("Sigmoid", ["c"], ["g"], name: "gate")
            model.node("Mul", [others[0], "g"], ["y"], name: "mul")
            model.output("y")
            if others[1] == "g" {
                model.node("Exp", ["g"], ["z"], name: "other")
                model.output("z")
            }
            let found = try fusedNodes(model, image)
            // The gate of another value is the convolution's end.
            #expect(found == (others[1] == "g" ? names : names.subtracting(["gate"])))
        }
    }

    @Test func `an activation that is not per channel stays`() throws {
        var model = model()
        model.random("perRow", [6, 1], seed: 5)
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node("PRelu", ["c", "perRow"], ["y"], name: "prelu")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv", "prelu"])
    }

    @Test func `a normalisation becomes part of a convolution`() throws {
        var model = model()
        model.node("Conv", ["x", "w"], ["c"], name: "conv", same)
        model.node("BatchNormalization", ["c", "b", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Relu", ["n"], ["y"], name: "relu")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv"])
    }

    @Test func `two normalisations fold one after the other`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node("BatchNormalization", ["c", "b", "b", "b", "positive"], ["n"], name: "bn1")
        model.node("BatchNormalization", ["n", "positive", "b", "b", "positive"], ["y"], name: "bn2")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv"])
    }

    @Test(arguments: [3, 5, 20], [1, 2])
    func `a normalisation becomes part of the padded convolution after it`(channels: Int, stride: Int) throws
    {
        var model = ONNXWriter()
        model.input("x", [nil, channels, nil, nil])
        model.random("w", [7, channels, 3, 3], seed: 1)
        model.random("b", [channels], seed: 3)
        model.random("scale", [channels], seed: 4)
        model.initializer("positive", [channels], (0..<channels).map { 0.5 + Float($0) })
        model.node("BatchNormalization", ["x", "scale", "b", "b", "positive"], ["n"], name: "bn")
        model.node(
            "Conv", ["n", "w"], ["y"], name: "conv",
            same + [ONNXAttribute.ints("strides", [Int64(stride), Int64(stride)])])
        model.output("y")
        #expect(try fusedNodes(model, randomTensor([2, channels, 9, 6], seed: 5)) == ["conv"])
    }

    @Test func `a normalisation that scales a channel to almost nothing stays`() throws {
        var model = model()
        model.initializer("vanishing", [4], [1, 1e-30, 1, 1])
        model.node("BatchNormalization", ["x", "vanishing", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Conv", ["n", "w"], ["y"], name: "conv", same)
        model.output("y")
        #expect(try fusedNodes(model, image) == ["bn", "conv"])
    }

    /// In whole numbers all channels of a sum share a step, in binary16 a weight may lie under its smallest
    /// numbers.
    @Test(arguments: [
        (Precision.float32, Float(1e-4), true), (.bfloat16, 1e-4, true), (.int8, 1e-4, false),
        (.int8, 1, true),
        (.float16Weights, 1e-4, true), (.float16Weights, 1e-9, false),
    ])
    func `a normalisation that spreads the channels far stays where products share their scale`(
        precision: Precision, scale: Float, isFolded: Bool
    ) throws {
        let channels = 160
        var model = ONNXWriter()
        model.input("x", [nil, channels, nil, nil])
        model.random("w", [64, channels, 3, 3], seed: 1)
        func values(_ usual: Float, _ first: Float) -> [Float] {
            [first] + Array(repeating: usual, count: channels - 1)
        }
        model.initializer("scale", [channels], values(1, scale))
        model.initializer("shift", [channels], values(0, 0.3))
        model.initializer("mean", [channels], values(0, 0))
        model.initializer("variance", [channels], values(1, 1))
        model.node("BatchNormalization", ["x", "scale", "shift", "mean", "variance"], ["n"], name: "bn")
        model.node("Conv", ["n", "w"], ["y"], name: "conv", same)
        model.output("y")
        var options = Session.Options()
        (options.precision, options.profiling) = (precision, true)
        let session = try Session(model: model.bytes, name: "test", options: options)
        let image = randomTensor([1, channels, 7, 6], seed: 5)
        let found = try #require(try session.run(["x": image])["y"]).floats
        let nodes = session.profile().map(\.name).filter { !$0.hasSuffix(" (layout)") }
        #expect(Set(nodes) == (isFolded ? ["conv"] : ["bn", "conv"]))
        var plain = Session.Options()
        plain.fusion = false
        let exact = try Session(model: model.bytes, name: "test", options: plain)
        let expected = try #require(try exact.run(["x": image])["y"]).floats
        let difference = try #require(TensorDifference(found, expected: expected))
        #expect(difference.relativeMaximum < 0.1, "\(difference)")
    }

    @Test func `shared weights are scaled for one convolution alone`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv1", same)
        model.node("BatchNormalization", ["c", "b", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Conv", ["n", "w", "b"], ["y"], name: "conv2", same)
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv1", "conv2"])
    }

    @Test(arguments: [Int64(0), 1]) func `a normalisation becomes part of a product`(_ transposed: Int64)
        throws
    {
        var model = ONNXWriter()
        model.input("x", [nil, 3])
        model.random("w", transposed == 1 ? [4, 3] : [3, 4], seed: 1)
        model.random("b", [4], seed: 2)
        model.initializer("positive", [4], [0.5, 1, 1.5, 2])
        model.node("Gemm", ["x", "w", "b"], ["g"], name: "gemm", [ONNXAttribute.int("transB", transposed)])
        model.node("BatchNormalization", ["g", "b", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Relu", ["n"], ["y"], name: "relu")
        model.output("y")
        #expect(try fusedNodes(model, randomTensor([2, 3], seed: 5)) == ["gemm"])
    }

    @Test func `a residual and the activation behind it become part of a convolution`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node("Add", ["x", "c"], ["s"], name: "add")
        model.node("Relu", ["s"], ["y"], name: "relu")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv"])
    }

    /// A block as the built-in recogniser has it: half precision weights and statistics behind `Cast`,
    /// nothing folded.
    @Test func `a residual block of half precision weights is two convolutions`() throws {
        var model = ONNXWriter()
        model.input("x", [nil, 4, nil, nil])
        for (name, shape) in [
            ("w1", [4, 4, 3, 3]), ("w2", [4, 4, 3, 3]), ("scale", [4]), ("shift", [4]), ("mean", [4]),
            ("slopes", [4, 1, 1]),
        ] {
            model.half(name, shape, seed: UInt64(name.utf8.first!) + UInt64(name.utf8.count))
        }
        model.initializer("variance", [4], [0.5, 1, 1.5, 2])
        let statistics = ["scale", "shift", "mean", "variance"]
        model.node("Conv", ["x", "w1"], ["c1"], name: "conv1", same)
        model.node("BatchNormalization", ["c1"] + statistics, ["n1"], name: "bn1")
        model.node("PRelu", ["n1", "slopes"], ["a1"], name: "prelu1")
        model.node("Conv", ["a1", "w2"], ["c2"], name: "conv2", same)
        model.node("BatchNormalization", ["c2"] + statistics, ["n2"], name: "bn2")
        model.node("Add", ["n2", "x"], ["s"], name: "add")
        model.node("PRelu", ["s", "slopes"], ["y"], name: "prelu2")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv1", "conv2"])
    }

    @Test(arguments: ["nearest", "linear"])
    func `a resize of images adds what is added to its result`(mode: String) throws {
        var model = model()
        model.initializer("scales", [4], [1, 1, 2, 2])
        model.node(
            "MaxPool", ["x"], ["p"], name: "pool",
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        model.node(
            "Resize", ["p", "", "scales"], ["r"], name: "resize", [ONNXAttribute.string("mode", mode)])
        model.node("Add", ["x", "r"], ["y"], name: "add")
        model.output("y")
        #expect(try fusedNodes(model, randomTensor([2, 4, 6, 8], seed: 9)) == ["pool", "resize"])
    }

    @Test(arguments: ["nearest", "linear"])
    func `a resize of images applies the activation of a sum, but for a PReLU`(mode: String) throws {
        let cases: [(String, [String], Set<String>)] = [
            ("Relu", [], ["pool", "resize"]), ("PRelu", ["slopes"], ["pool", "resize", "add", "act"]),
        ]
        for (activation, inputs, names) in cases {
            var model = model()
            model.initializer("scales", [4], [1, 1, 2, 2])
            model.node(
                "MaxPool", ["x"], ["p"], name: "pool",
                [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
            model.node(
                "Resize", ["p", "", "scales"], ["r"], name: "resize", [ONNXAttribute.string("mode", mode)])
            model.node("Add", ["x", "r"], ["s"], name: "add")
            model.node(activation, ["s"] + inputs, ["y"], name: "act")
            model.output("y")
            #expect(try fusedNodes(model, randomTensor([2, 4, 6, 8], seed: 9)) == names)
        }
    }

    @Test func `of two convolutions that are added the later one takes the other`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv1", same)
        model.node("Conv", ["x", "v"], ["d"], name: "conv2")
        model.node("Add", ["c", "d"], ["y"], name: "add")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv1", "conv2"])
    }

    @Test func `a residual that is broadcast stays`() throws {
        var model = model()
        model.node("GlobalAveragePool", ["x"], ["m"], name: "mean")
        model.node("Conv", ["m", "v"], ["c"], name: "conv")
        model.node("Add", ["c", "x"], ["y"], name: "add")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["mean", "conv", "add"])
        // Where the planes are of one element the shapes agree, and a plan of its own fuses.
        #expect(try fusedNodes(model, randomTensor([2, 4, 1, 1], seed: 3)) == ["mean", "conv"])
    }

    @Test func `a value that is read twice stays`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node("Relu", ["c"], ["r"], name: "relu")
        model.node("Add", ["c", "r"], ["y"], name: "add")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv", "relu", "add"])
    }

    @Test func `a value added to itself stays`() throws {
        var model = model()
        model.node("Conv", ["x", "w", "b"], ["c"], name: "conv", same)
        model.node("Add", ["c", "c"], ["y"], name: "add")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv", "add"])
    }

    @Test func `an output of the graph stays`() throws {
        var model = model()
        model.node("Conv", ["x", "w"], ["c"], name: "conv", same)
        model.node("BatchNormalization", ["c", "b", "b", "b", "positive"], ["n"], name: "bn")
        model.node("Relu", ["n"], ["y"], name: "relu")
        model.output("c")
        model.output("n")
        model.output("y")
        #expect(try fusedNodes(model, image) == ["conv", "bn", "relu"])
    }

    @Test func `memory is shared only by values that are not needed any more`() throws {
        var model = model()
        // Renamed values, values overwritten in place, and one that lives to the end.
        model.initializer("flat", [0, 0, -1])
        model.node("Relu", ["x"], ["a"], name: "a")
        model.node("Reshape", ["a", "flat"], ["f"], name: "f")
        model.node("Exp", ["a"], ["e"], name: "e")
        model.node("Sigmoid", ["f"], ["s"], name: "s")
        model.node("Add", ["f", "s"], ["t"], name: "t")
        model.node("Mul", ["e", "e"], ["q"], name: "q")
        model.node("Conv", ["q", "v"], ["c"], name: "c")
        model.node("Add", ["c", "q"], ["y"], name: "y")
        model.output("t")
        model.output("y")
        _ = try fusedNodes(model, image)
        let outputs = try run(model, ["x": image])
        let expected = image.floats.map { value in
            let relu = max(value, 0)
            return relu + Float(1 / (1 + Double(-relu).exponential))
        }
        #expect(
            try #require(TensorDifference(outputs["t"]!.floats, expected: expected)).relativeMaximum < 1e-5)
    }
}

extension Double {
    /// e to the power of this, by its series; for numbers near zero.
    fileprivate var exponential: Double {
        var (term, sum) = (1.0, 1.0)
        for index in 1..<30 {
            term *= self / Double(index)
            sum += term
        }
        return sum
    }
}

extension ONNXWriter {
    /// Adds a float16 initializer behind a `Cast` to float32, its numbers eighths that follow from the seed.
    fileprivate mutating func half(_ name: String, _ shape: [Int], seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let raw = (0..<shape.reduce(1, *)).flatMap { _ in
            // Sign, an exponent of 2^-3 to 2^0, two bits of fraction.
            let bits =
                UInt16.random(in: 0...1, using: &generator) << 15 | .random(in: 12...15, using: &generator)
                << 10
                | .random(in: 0...3, using: &generator) << 8
            return ONNXWriter.littleEndian(bits)
        }
        initializer(ONNXWriter.tensor(name + "_half", .float16, shape, raw: raw))
        node("Cast", [name + "_half"], [name], name: "cast " + name, [ONNXAttribute.int("to", 1)])
    }
}
