import Inference
import Kernels
import TestKit
import Testing

/// Quantised graphs as floats that are rounded: scales are powers of two here and weights whole, so that
/// every sum is exact and results with and without fusion are the same bits, however many halves there are to
/// round.
@Suite struct QuantizationFusionTests {
    /// Names of the steps that ran, but for those between layouts; the outputs are those without fusion.
    private func steps(
        _ model: ONNXWriter, _ inputs: [String: Tensor], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Set<String> {
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: model.bytes, name: "test", options: options)
        let found = try session.run(inputs)
        options.fusion = false
        for (name, expected) in try run(model, inputs, options: options) {
            let actual = try #require(found[name])
            #expect(actual.shape == expected.shape, sourceLocation: sourceLocation)
            #expect(
                actual.withBytes { a in expected.withBytes { b in a.elementsEqual(b) } }, "\(name)",
                sourceLocation: sourceLocation)
        }
        return Set(session.profile().map(\.name).filter { !$0.hasSuffix(" (layout)") })
    }

    let image = randomTensor([2, 20, 9, 8], seed: 9)

    /// Whole weights of a convolution from 20 channels, `NAME`, and a bias.
    func weights(
        _ model: inout ONNXWriter, _ name: String, _ shape: [Int], scale: Float = 0x1p-9, seed: UInt64 = 1
    ) {
        model.randomBytes(name + "_b", shape, seed: seed)
        model.initializer(name + "_ws", [shape[0]], (0..<shape[0]).map { $0 % 3 == 1 ? scale / 2 : scale })
        model.node(
            "DequantizeLinear", [name + "_b", name + "_ws"], [name], [ONNXAttribute.int("axis", 0)])
        model.integers(name + "_bb", [shape[0]], (0..<Int32(shape[0])).map { $0 * 37 - 300 })
        model.initializer(name + "_bs", [], [0x1p-10])
        model.node("DequantizeLinear", [name + "_bb", name + "_bs"], [name + "_bias"])
    }

    func model() -> ONNXWriter {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil, 20, nil, nil])
        model.pair("x", "r", 0x1p-6)
        weights(&model, "p", [20, 20, 1, 1], seed: 1)
        weights(&model, "d", [20, 1, 3, 3], scale: 0x1p-7, seed: 2)
        weights(&model, "s", [24, 20, 3, 3], seed: 3)
        return model
    }

    let same = [ONNXAttribute.ints("pads", [1, 1, 1, 1])]
    private let half = [ONNXAttribute.ints("pads", [1, 1, 1, 1]), ONNXAttribute.ints("strides", [2, 2])]

    @Test func `pairs behind convolutions become their ends`() throws {
        var model = model()
        model.node("Conv", ["r", "p", "p_bias"], ["a"], name: "a")
        model.pair("a", "ar", 0x1p-5, zero: 100)
        model.node("Conv", ["ar", "s", "s_bias"], ["b"], name: "b", half)
        model.node("Relu", ["b"], ["bb"], name: "relu")
        model.pair("bb", "y", 0x1p-4, zero: 0)
        model.output("y")
        #expect(try steps(model, ["x": image]) == ["quantise r", "a", "b"])
    }

    @Test func `depthwise convolutions are no other, nor is a pool behind`() throws {
        var model = model()
        let group = ONNXAttribute.int("group", 20)
        model.node("Conv", ["r", "d", "d_bias"], ["a"], name: "a", half + [group])
        model.pair("a", "ar", 0x1p-5)
        model.node(
            "MaxPool", ["ar"], ["m"], name: "pool",
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        model.pair("m", "mr", 0x1p-5)
        model.node("Conv", ["mr", "p", "p_bias"], ["y"], name: "y")
        model.output("y")
        // The second pair changes nothing.
        #expect(try steps(model, ["x": image]) == ["quantise r", "a", "pool", "y"])
    }

    @Test func `an addition is rounded as it is made`() throws {
        var model = model()
        model.node("Conv", ["r", "p", "p_bias"], ["a"], name: "a")
        model.pair("a", "ar", 0x1p-5)
        model.node("Add", ["ar", "r"], ["sum"], name: "sum")
        model.pair("sum", "sr", 0x1p-4)
        model.node("Conv", ["sr", "p", "p_bias"], ["y"], name: "y")
        model.output("y")
        #expect(try steps(model, ["x": image]) == ["quantise r", "a", "sum", "y"])
    }

    @Test func `a residual, an activation and a rounding are one end of a convolution`() throws {
        var model = model()
        model.node("Conv", ["r", "p", "p_bias"], ["a"], name: "a")
        model.node("Add", ["r", "a"], ["sum"], name: "sum")
        model.node("Relu", ["sum"], ["relu"], name: "relu")
        model.pair("relu", "y", 0x1p-4)
        model.output("y")
        #expect(try steps(model, ["x": image]) == ["quantise r", "a"])
    }

    @Test(arguments: ["Sigmoid", "HardSigmoid", "LeakyRelu"])
    func `functions by themselves are rounded as they are made`(type: String) throws {
        var model = model()
        model.node(type, ["r"], ["f"], name: "f")
        model.pair("f", "y", 0x1p-7)
        model.output("y")
        #expect(try steps(model, ["x": image]) == ["quantise r", "f"])
    }

    @Test func `slopes of channels are rounded as they are made, over blocks`() throws {
        var model = model()
        model.initializer("slopes", [20, 1, 1], (0..<20).map { Float($0) / 16 - 0.5 })
        model.node("Conv", ["r", "p", "p_bias"], ["a"], name: "a")
        model.pair("a", "ar", 0x1p-5)
        model.node("PRelu", ["ar", "slopes"], ["f"], name: "f")
        model.pair("f", "fr", 0x1p-5)
        model.node("Conv", ["fr", "p", "p_bias"], ["y"], name: "y")
        model.output("y")
        #expect(try steps(model, ["x": image]) == ["quantise r", "a", "f", "y"])
    }

    /// 0 divided by 0, which is no number, before every place that rounds.
    @Test(arguments: ["Identity", "Relu", "Sigmoid"])
    func `what is no number is the least byte, fused or not`(function: String) throws {
        var model = model()
        model.node("Div", ["r", "r"], ["n"], name: "n")
        model.node("Conv", ["n", "p", "p_bias"], ["a"], name: "a")
        for (value, zero) in [("n", UInt8(0)), ("a", 100)] {
            model.node(function, [value], [value + "f"], name: value + "f")
            model.pair(value + "f", value + "y", 0x1p-5, zero: zero)
            model.output(value + "y")
        }
        var x = image.floats
        for index in stride(from: 3, to: x.count, by: 97) { x[index] = index % 2 == 0 ? 0 : .nan }
        let found = try steps(model, ["x": Tensor(shape: image.shape, floats: x)])
        #expect(found.isSuperset(of: ["quantise r", "n", "a"]))
    }

    @Test func `a pair of two scales, and one whose bytes are wanted, stay what they are`() throws {
        var model = model()
        model.initializer("other", [], [0x1p-5])
        model.node("DequantizeLinear", ["r_q", "other", "r_z"], ["a"], name: "a")
        model.node("Conv", ["r", "p", "p_bias"], ["b"], name: "b")
        model.output("r_q", type: .uint8)
        model.output("a")
        model.output("b")
        #expect(try steps(model, ["x": image]) == ["quantise r", "a", "b"])
    }

    @Test func `scales that are found in the run, or one for each channel, are left alone`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.input("t", [])
        model.initializer("s", [20], (0..<20).map { $0 % 2 == 0 ? 0.5 : 0.25 })
        model.node("QuantizeLinear", ["x", "s"], ["a"], name: "a")
        model.node("DequantizeLinear", ["a", "s"], ["b"], name: "b")
        model.node("QuantizeLinear", ["b", "t"], ["c"], name: "c")
        model.node("DequantizeLinear", ["c", "t"], ["y"], name: "d")
        model.output("y")
        let inputs = ["x": image, "t": Tensor(shape: [], floats: [0.125])]
        #expect(try steps(model, inputs) == ["a", "b", "c", "d"])
    }

    @Test func `bytes that are only moved move as floats`() throws {
        var model = model()
        let by = ["r_s", "r_z"]
        model.initializer("scales", [4], [1, 1, 2, 2])
        model.initializer("rest", [2, 20, -1])
        model.node(
            "MaxPool", ["r_q"], ["m"], name: "pool", [ONNXAttribute.ints("kernel_shape", [2, 2])])
        model.node(
            "Resize", ["m", "", "scales"], ["u"], name: "resize",
            [
                ONNXAttribute.string("nearest_mode", "floor"),
                ONNXAttribute.string("coordinate_transformation_mode", "asymmetric"),
            ])
        model.node("Concat", ["u", "u"], ["c"], name: "concat", [ONNXAttribute.int("axis", 0)])
        model.node("Split", ["c"], ["first", "second"], name: "split", [ONNXAttribute.int("axis", 0)])
        model.node("DequantizeLinear", ["first"] + by, ["f"], name: "f")
        model.node("Conv", ["f", "p", "p_bias"], ["y"], name: "y")
        model.node("Reshape", ["second", "rest"], ["flat"], name: "reshape")
        model.node("DequantizeLinear", ["flat"] + by, ["z"], name: "z")
        model.output("y")
        model.output("z")
        #expect(
            try steps(model, ["x": image]) == ["quantise r", "pool", "resize", "concat", "split", "y"])
    }

    @Test func `heads that are rounded each in its own way are one convolution`() throws {
        var model = model()
        weights(&model, "h", [4, 20, 1, 1], seed: 5)
        for (name, filter, scale) in [("a", "h", Float(0x1p-5)), ("b", "p", 0x1p-4)] {
            model.node("Conv", ["r", filter, filter + "_bias"], [name], name: name)
            model.pair(name, name + "r", scale)
            model.node(
                "Transpose", [name + "r"], [name + "t"], name: name + " last",
                [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
            model.pair(name + "t", name + "y", scale)
            model.output(name + "y")
        }
        #expect(
            try steps(model, ["x": image]) == [
                "quantise r", "a + b", "a last", "b last", "quantise ar", "quantise br",
            ])
    }

    /// As ONNX Runtime's dynamic quantiser writes a convolution. The numbers reach from -1 to 254, so that
    /// the scale is 1.
    @Test(arguments: [[], [1, 20, 1, 1]], [true, false])
    func `layers that quantise as they run are a rounding and a layer`(scale: [Int], hasBias: Bool) throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil, 20, nil, nil])
        model.randomBytes("w", [20, 20, 1, 1], seed: 1)
        model.signedBytes("wz", [], [3])
        model.initializer("ws", scale, (0..<scale.reduce(1, *)).map { $0 % 2 == 0 ? 0.5 : 0.125 })
        model.initializer("bias", [1, 20, 1, 1], (0..<20).map { Float($0) / 4 })
        model.node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], name: "quantise")
        model.node("ConvInteger", ["q", "w", "z", "wz"], ["i"], name: "conv")
        model.node("Cast", ["i"], ["f"], name: "cast", [ONNXAttribute.int("to", 1)])
        model.node("Mul", ["s", "ws"], ["both"], name: "scales")
        model.node("Mul", ["f", "both"], ["m"], name: "scaled")
        if hasBias { model.node("Add", ["m", "bias"], ["y"], name: "bias") }
        model.output(hasBias ? "y" : "m")
        var generator = SeededGenerator(seed: 2)
        let numbers =
            [-1, 254] + (2..<1_440).map { _ in Float(Int.random(in: -2...508, using: &generator)) / 2 }
        #expect(
            try steps(model, ["x": Tensor(shape: [2, 20, 6, 6], floats: numbers)]) == ["quantise", "conv"])
    }

    /// As quantisers write it, but for the shapes; what follows from them is said as by the same nodes one by
    /// one.
    @Test(arguments: [
        ([24], [1]), ([], [1]), ([24], [24]), ([4, 8], [1, 1, 1]), ([4, 8], [1, 1, 8]), ([4, 8], [8]),
    ])
    func `products of other ranks than a layer's are left as they are`(weights: [Int], scale: [Int]) {
        for type in ["MatMulInteger", "ConvInteger"] {
            var model = ONNXWriter(opset: 21)
            model.input("x", [nil, nil])
            model.randomBytes("w", weights, seed: 1)
            model.random("ws", scale, seed: 2)
            model.random("b", [scale.last ?? 1], seed: 3)
            model.node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], name: "dynamic")
            model.node(type, ["q", "w", "z"], ["i"], name: "product")
            model.node("Cast", ["i"], ["f"], name: "cast", [ONNXAttribute.int("to", 1)])
            model.node("Mul", ["s", "ws"], ["both"], name: "scales")
            model.node("Mul", ["f", "both"], ["m"], name: "scaled")
            model.node("Add", ["m", "b"], ["y"], name: "sum")
            model.output("y")
            let x = randomTensor([3, weights.first ?? 4], seed: 4)
            var options = Session.Options()
            func result() -> Result<Tensor?, any Error> {
                Result { try run(model, ["x": x], options: options)["y"] }
            }
            let fused = result()
            options.fusion = false
            switch (fused, result()) {
            case (.success(let a?), .success(let b?)):
                #expect(a.shape == b.shape, "\(type)")
                let difference = TensorDifference(a.floats, expected: b.floats)?.relativeMaximum
                #expect((difference ?? 1) < 1e-5, "\(type)")
            case (.failure, .failure): break
            default: Issue.record("\(type): only one of both ran")
            }
        }
    }

    /// Its windows see nothing but padding, and bytes have a least one where floats have none.
    @Test func `a pool of windows without an element is no move`() throws {
        var model = ONNXWriter(opset: 21)
        model.input("x", [1, 3, 1, 1])
        model.pair("x", "a", 0.1)
        model.node(
            "MaxPool", ["a"], ["p"], name: "pool",
            [
                ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("dilations", [2, 2]),
                ONNXAttribute.ints("pads", [1, 1, 1, 1]),
            ])
        model.pair("p", "y", 0.1)
        model.output("y")
        let found = try #require(try run(model, ["x": randomTensor([1, 3, 1, 1], seed: 1)])["y"])
        #expect(found.floats.allSatisfy { $0.isFinite })
    }

    @Test func `a type that is not the zero point's is refused in a pair too`() throws {
        var model = ONNXWriter(opset: 21)
        model.input("x", [4])
        model.parameters("p", 0.1)
        model.node(
            "QuantizeLinear", ["x", "p_s", "p_z"], ["q"], name: "rounds",
            [ONNXAttribute.int("output_dtype", 3)])
        model.node("DequantizeLinear", ["q", "p_s", "p_z"], ["y"], name: "back")
        model.output("y")
        let error = try #require(refusal(model, ["x": randomTensor([4], seed: 1)]))
        #expect("\(error)".contains("rounds") && "\(error)".contains("output_dtype"))
    }

    @Test func `so are products, of which several may read one`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil, 12])
        model.node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], name: "quantise")
        for (name, scale) in [("a", [Float(0.5)]), ("b", [0.5, 1, 2, 0.25, 1, 4, 8])] {
            model.randomBytes(name + "w", [12, 7], seed: UInt64(scale.count))
            model.initializer(name + "ws", scale.count == 1 ? [] : [7], scale)
            model.node("MatMulInteger", ["q", name + "w", "z"], [name + "i"], name: name)
            model.node("Cast", [name + "i"], [name + "f"], name: name + " cast", [ONNXAttribute.int("to", 1)])
            model.node("Mul", [name + "ws", "s"], [name + "both"], name: name + " scales")
            model.node("Mul", [name + "both", name + "f"], [name + "y"], name: name + " scaled")
            model.output(name + "y")
        }
        let numbers = [-1, 254] + (2..<36).map { Float($0 * 7) }
        #expect(try steps(model, ["x": Tensor(shape: [3, 12], floats: numbers)]) == ["quantise", "a", "b"])
    }

    @Test func `sums of a dynamic layer that others read stay whole numbers`() throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil, 12])
        model.randomBytes("w", [12, 7], seed: 1)
        model.node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], name: "quantise")
        model.node("MatMulInteger", ["q", "w", "z"], ["i"], name: "product")
        model.node("Cast", ["i"], ["f"], name: "cast", [ONNXAttribute.int("to", 1)])
        model.node("Mul", ["f", "s"], ["y"], name: "scaled")
        model.output("y")
        model.output("i", type: .int32)
        let numbers = [-1, 254] + (2..<36).map { Float($0 * 7) }
        let found = try steps(model, ["x": Tensor(shape: [3, 12], floats: numbers)])
        #expect(found == ["quantise", "product", "cast", "scaled"])
    }

    @Test(arguments: Precision.allCases) func `narrow weights are made of quantised ones too`(
        precision: Precision
    ) throws {
        var model = model()
        model.node("Conv", ["r", "s", "s_bias"], ["a"], name: "a", same)
        model.pair("a", "y", 0x1p-6)
        model.output("y")
        var options = Session.Options()
        options.precision = precision
        let (exact, found) = (
            try run(model, ["x": image])["y"]!, try run(model, ["x": image], options: options)["y"]!
        )
        let difference = try #require(TensorDifference(found.floats, expected: exact.floats))
        #expect(difference.relativeMaximum < 0.05)
        #expect(found.floats.allSatisfy { ($0 * 64).rounded() == $0 * 64 })
    }

    @Test func `what threads and batches share out changes no bit`() throws {
        var model = model()
        model.node("Conv", ["r", "s", "s_bias"], ["a"], name: "a", same)
        model.pair("a", "y", 0.013)
        model.output("y")
        let expected = try run(model, ["x": image])["y"]!.floats
        var options = Session.Options()
        options.threads = 3
        #expect(try run(model, ["x": image], options: options)["y"]!.floats == expected)
        let first = Tensor(shape: [1, 20, 9, 8], floats: Array(image.floats.prefix(20 * 72)))
        #expect(try run(model, ["x": first])["y"]!.floats == Array(expected.prefix(24 * 72)))
    }

    @Test func `a quantised network has no derivative, and says where`() {
        var model = ONNXWriter(opset: 13)
        model.input("x", [1, 20, 9, 8])
        model.pair("x", "r", 0x1p-6)
        weights(&model, "p", [20, 20, 1, 1])
        model.node("Conv", ["r", "p", "p_bias"], ["y"], name: "y")
        model.output("y")
        do {
            _ = try GradientSession(.memory(model.bytes, name: "test"), shape: [1, 20, 9, 8])
            Issue.record("it was taken")
        } catch {
            #expect(
                error.description.contains("node \"dequantise r\" (DequantizeLinear): has no derivative here")
            )
        }
    }
}
