import Inference
import Kernels
import TestKit
import Testing

/// Operators of transformers, position encodings and masks; their numbers are in `LineKernelTests` and in the
/// backend tests of the `onnx` package.
@Suite struct TransformerOperatorTests {
    private func y(_ model: ONNXWriter, _ shape: [Int], _ values: [Float]) throws -> Tensor {
        try #require(try run(model, ["x": Tensor(shape: shape, floats: values)])["y"])
    }

    private func fault(_ model: ONNXWriter, _ shape: [Int] = [2, 2]) -> NodeFault? {
        let count = shape.reduce(1, *)
        let error = refusal(
            model, ["x": Tensor(shape: shape, floats: Array(repeating: 1, count: count))])
        guard case .node(let fault) = error else { return nil }
        return fault
    }

    /// `y`, made by one node of constants alone, with `x` beside it for the model to have an input.
    private func folded(
        _ type: String, opset: UInt64 = 13, _ output: ONNXWriter.ElementKind, _ inputs: [[UInt8]],
        _ attributes: [[UInt8]] = []
    ) throws -> Tensor {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil)
        for input in inputs { model.initializer(input) }
        let names = ["a", "b", "c"].prefix(inputs.count)
        model.node(type, Array(names), ["y"], name: "n", attributes)
        model.output("y", type: output)
        return try y(model, [1], [0])
    }

    private func ints(_ name: String, _ shape: [Int], _ values: [Int64]) -> [UInt8] {
        ONNXWriter.tensor(name, shape, int64s: values)
    }

    private func bools(_ name: String, _ shape: [Int], _ values: [UInt8]) -> [UInt8] {
        ONNXWriter.tensor(name, .bool, shape, raw: values)
    }

    private func layer(
        opset: UInt64 = 17, scale: [Int] = [2], bias: [Int]? = [2], outputs: [String] = ["y"],
        _ attributes: [[UInt8]] = []
    ) -> ONNXWriter {
        let inputs = ["x", "s"] + (bias == nil ? [] : ["b"])
        var model = single(
            "LayerNormalization", opset: opset, inputs: inputs, outputs: outputs,
            attributes + [ONNXAttribute.float("epsilon", 0)])
        model.initializer("s", scale, Array(repeating: 2, count: scale.reduce(1, *)))
        if let bias { model.initializer("b", bias, Array(repeating: 1, count: bias.reduce(1, *))) }
        return model
    }

    @Test func `layer normalisation is along the last axis by default, with a bias or without`() throws {
        #expect(try y(layer(), [2, 2], [1, 3, 10, 30]).floats == [-1, 3, -1, 3])
        #expect(try y(layer(bias: nil), [2, 2], [1, 3, 10, 30]).floats == [-2, 2, -2, 2])
    }

    @Test func `layer normalisation over two axes broadcasts its parameters`() throws {
        let model = layer(scale: [2], bias: [2, 1], [ONNXAttribute.int("axis", 0)])
        #expect(try y(model, [2, 2], [1, 1, 3, 3]).floats == [-1, -1, 3, 3])
    }

    @Test func `layer normalisation gives mean and deviation where they are named`() throws {
        var model = layer(outputs: ["y", "mean", "inverse"])
        model.output("mean")
        model.output("inverse")
        let outputs = try run(model, ["x": Tensor(shape: [2, 2], floats: [1, 3, 10, 30])])
        #expect(outputs["mean"]?.shape == [2, 1] && outputs["mean"]?.floats == [2, 20])
        #expect(outputs["inverse"]?.floats == [1, 0.1])
    }

    @Test func `layer normalisation refuses what it cannot do`() {
        #expect(fault(layer(opset: 16))?.reason == "opset 16 does not have the operator")
        #expect(fault(layer(scale: [3]))?.attribute == "Scale")
        #expect(fault(layer(bias: [2, 2]))?.attribute == "B")
        #expect(fault(layer([ONNXAttribute.int("axis", 2)]))?.attribute == "axis")
        #expect(fault(layer([ONNXAttribute.int("stash_type", 16)]))?.attribute == "stash_type")
    }

    @Test func `gelu is there from opset 20 on, in two forms`() throws {
        #expect(fault(single("Gelu", opset: 19))?.reason == "opset 19 does not have the operator")
        let exact = try y(single("Gelu", opset: 20), [1], [1]).floats[0]
        let approximate = try y(
            single("Gelu", opset: 20, [ONNXAttribute.string("approximate", "tanh")]), [1], [1]
        ).floats[0]
        #expect(abs(exact - 0.8413447) < 1e-6 && abs(approximate - 0.841192) < 1e-6)
        let other = single("Gelu", opset: 20, [ONNXAttribute.string("approximate", "erf")])
        #expect(fault(other)?.attribute == "approximate")
    }

    @Test func `functions of one element are what their names say`() throws {
        for (type, expected) in [
            ("Log", [0, 1]), ("Reciprocal", [1, 0.36787945]), ("Round", [1, 3]), ("Sign", [1, 1]),
            ("Softplus", [1.3132616, 2.7821838]), ("Elu", [1, 2.7182817]), ("Cos", [0.5403023, -0.91173387]),
            ("Sin", [0.84147096, 0.4107813]), ("Erf", [0.8427008, 0.9998791]),
        ] as [(String, [Float])] {
            let found = try y(single(type), [2], [1, 2.7182817]).floats
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(type) \(found)")
        }
        #expect(try y(single("Elu", [ONNXAttribute.float("alpha", 2)]), [1], [-100]).floats == [-2])
    }

    @Test func `instance normalisation needs a number a channel`() throws {
        func model(_ channels: Int) -> ONNXWriter {
            var model = single(
                "InstanceNormalization", inputs: ["x", "s", "s"], [ONNXAttribute.float("epsilon", 0)])
            model.initializer("s", [channels], Array(repeating: 1, count: channels))
            return model
        }
        #expect(try y(model(2), [1, 2, 2], [1, 3, 5, 9]).floats == [0, 2, 0, 2])
        #expect(fault(model(3))?.attribute == "scale")
        #expect(fault(model(2), [2])?.attribute == "input")
    }

    @Test func `comparisons broadcast and give truth values`() throws {
        let (a, b) = (ints("a", [2, 1], [1, 2]), ints("b", [2], [1, 2]))
        for (type, expected) in [
            ("Equal", [1, 0, 0, 1]), ("Less", [0, 1, 0, 0]), ("LessOrEqual", [1, 1, 0, 1]),
            ("Greater", [0, 0, 1, 0]), ("GreaterOrEqual", [1, 0, 1, 1]),
        ] as [(String, [UInt8])] {
            let found = try folded(type, .bool, [a, b])
            #expect(found.shape == [2, 2] && found.withBytes { Array($0) } == expected, "\(type)")
        }
        let nan = ONNXWriter.tensor("a", [1], [.nan])
        #expect(
            try folded("Equal", .bool, [nan, ONNXWriter.tensor("b", [1], [.nan])]).withBytes { $0[0] } == 0)
    }

    @Test func `truth values are combined, and nothing else is`() throws {
        let (a, b) = (bools("a", [4], [0, 0, 1, 1]), bools("b", [4], [0, 1, 0, 1]))
        for (type, expected) in [("And", [0, 0, 0, 1]), ("Or", [0, 1, 1, 1]), ("Xor", [0, 1, 1, 0])]
            as [(String, [UInt8])]
        {
            #expect(try folded(type, .bool, [a, b]).withBytes { Array($0) } == expected)
        }
        #expect(try folded("Not", .bool, [a]).withBytes { Array($0) } == [1, 1, 0, 0])
        #expect(throws: InferenceError.self) { try folded("Not", .bool, [ints("a", [1], [1])]) }
    }

    @Test func `where takes from one or the other, all three broadcast`() throws {
        let condition = bools("a", [2, 1], [1, 0])
        let found = try folded("Where", .int64, [condition, ints("b", [2], [1, 2]), ints("c", [], [9])])
        #expect(found.shape == [2, 2] && found.int64s == [1, 2, 9, 9])
        let mixed = [condition, ints("b", [1], [1]), ONNXWriter.tensor("c", [1], [1])]
        #expect(throws: InferenceError.self) { try folded("Where", .int64, mixed) }
        #expect(throws: InferenceError.self) {
            try folded("Where", .int64, [ints("a", [1], [1]), ints("b", [1], [1]), ints("c", [1], [1])])
        }
    }

    @Test func `where runs on inputs too, and on none`() throws {
        var model = ONNXWriter()
        model.input("m", nil, type: .bool)
        model.input("x", nil)
        model.initializer("zero", [], [0])
        model.node("Where", ["m", "x", "zero"], ["y"])
        model.output("y")
        let mask = Tensor(shape: [3], elementType: .bool, bytes: [1, 0, 1])
        let found = try run(model, ["m": mask, "x": Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])])["y"]
        #expect(found?.floats == [1, 0, 3, 4, 0, 6])
        let empty = try run(model, ["m": mask, "x": Tensor(shape: [0, 3], floats: [])])["y"]
        #expect(empty?.shape == [0, 3])
    }

    private func range(_ values: [Int64]) throws -> Tensor {
        try folded("Range", .int64, zip(["a", "b", "c"], values).map { ints($0, [], [$1]) })
    }

    @Test func `ranges go up and down and may be empty`() throws {
        #expect(try range([1, 7, 2]).int64s == [1, 3, 5])
        #expect(try range([3, -2, -2]).int64s == [3, 1, -1])
        #expect(try range([3, 3, 1]).shape == [0])
        #expect(try range([3, 5, -1]).shape == [0])
        let floats = zip(["a", "b", "c"], [Float(0), 1, 0.25]).map { ONNXWriter.tensor($0, [], [$1]) }
        #expect(try folded("Range", .float32, floats).floats == [0, 0.25, 0.5, 0.75])
    }

    @Test(arguments: [
        [0, 5, 0], [0, Int64.max, 1], [Int64.min, Int64.max, 1], [Int64.max, Int64.min, -1],
    ])
    func `ranges that have no end or no room are refused`(values: [Int64]) {
        #expect(throws: InferenceError.self) { try range(values) }
    }

    @Test(arguments: [[0, 1, 0], [0, .infinity, 1], [.nan, 1, 1], [0, 1, 1e-30]] as [[Float]])
    func `float ranges that have no end or no room are refused`(values: [Float]) {
        let inputs = zip(["a", "b", "c"], values).map { ONNXWriter.tensor($0, [], [$1]) }
        #expect(throws: InferenceError.self) { try folded("Range", .float32, inputs) }
    }

    @Test func `cumulative sums run either way, with their own element or without`() throws {
        func sums(_ attributes: [[UInt8]]) throws -> [Int64] {
            try folded(
                "CumSum", .int64, [ints("a", [2, 3], [1, 2, 3, 4, 5, 6]), ints("b", [], [1])], attributes
            ).int64s
        }
        let (exclusive, reverse) = (ONNXAttribute.int("exclusive", 1), ONNXAttribute.int("reverse", 1))
        #expect(try sums([]) == [1, 3, 6, 4, 9, 15])
        #expect(try sums([exclusive]) == [0, 1, 3, 0, 4, 9])
        #expect(try sums([reverse]) == [6, 5, 3, 15, 11, 6])
        #expect(try sums([exclusive, reverse]) == [5, 3, 0, 11, 6, 0])
        var model = single("CumSum", inputs: ["x", "axis"])
        model.initializer(ints("axis", [], [0]))
        #expect(try y(model, [2, 2], [1, 2, 3, 4]).floats == [1, 2, 4, 6])
        #expect(fault(model, [])?.attribute == "axis")
    }

    @Test func `remainders have the divisor's sign, or with fmod the dividend's`() throws {
        let (a, b) = (ints("a", [4], [7, -7, 7, .min]), ints("b", [4], [3, 3, -3, -1]))
        #expect(try folded("Mod", .int64, [a, b]).int64s == [1, 2, -2, 0])
        #expect(
            try folded("Mod", .int64, [a, b], [ONNXAttribute.int("fmod", 1)]).int64s == [1, -1, 1, 0])
        #expect(throws: InferenceError.self) {
            try folded("Mod", .int64, [ints("a", [1], [1]), ints("b", [1], [0])])
        }
        var model = single("Mod", inputs: ["x", "two"], [ONNXAttribute.int("fmod", 1)])
        model.initializer("two", [1], [2])
        #expect(try y(model, [2], [-5, 5.5]).floats == [-1, 1.5])
        var floored = single("Mod", inputs: ["x", "two"])
        floored.initializer("two", [1], [2])
        #expect(fault(floored)?.attribute == "fmod")
    }

    @Test func `a position encoding is folded before the run`() throws {
        var options = Session.Options()
        options.profiling = true
        var model = ONNXWriter(opset: 15)
        model.input("x", nil)
        model.node("Shape", ["x"], ["shape"], [ONNXAttribute.int("start", 1)])
        model.initializer(ints("zero", [], [0]))
        model.initializer(ints("one", [], [1]))
        model.node("Gather", ["shape", "zero"], ["width"])
        model.node("Range", ["zero", "width", "one"], ["places"])
        model.node("Cast", ["places"], ["numbers"], [ONNXAttribute.int("to", 1)])
        model.node("Sin", ["numbers"], ["waves"])
        model.node("Add", ["x", "waves"], ["y"], name: "sum")
        model.output("y")
        let session = try Session(model: model.bytes, name: "test", options: options)
        let outputs = try session.run(["x": Tensor(shape: [1, 3], floats: [0, 0, 0])])
        let found = try #require(outputs["y"]).floats
        #expect(zip(found, [0, 0.84147096, 0.9092974]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(session.profile().map(\.name) == ["sum"])
    }
}
