import Inference
import Kernels
import TestKit
import Testing

/// What lies in channel blocks, and the heads of detectors that become one convolution.
@Suite struct LayoutTests {
    private let same = [ONNXAttribute.ints("pads", [1, 1, 1, 1])]
    private let image = randomTensor([2, 20, 10, 8], seed: 9)

    private func model() -> ONNXWriter {
        var model = ONNXWriter(opset: 13)
        model.input("x", [nil, 20, nil, nil])
        model.random("pw", [20, 20, 1, 1], seed: 1)
        model.random("dw", [20, 1, 3, 3], seed: 2)
        model.random("b", [20], seed: 3)
        return model
    }

    /// Runs with and without fusion, expects the same, and returns the names of the steps that ran with it.
    private func steps(_ model: ONNXWriter) throws -> [String] {
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: model.bytes, name: "test", options: options)
        let found = try session.run(["x": image])
        options.fusion = false
        for (name, expected) in try run(model, ["x": image], options: options) {
            let actual = try #require(found[name])
            #expect(actual.shape == expected.shape)
            guard expected.elementType == .float32 else {
                #expect(actual.int64s == expected.int64s)
                continue
            }
            let difference = try #require(TensorDifference(actual.floats, expected: expected.floats))
            #expect(difference.relativeMaximum < 1e-5, "\(name): \(difference)")
        }
        return session.profile().map(\.name)
    }

    @Test(arguments: ["nearest", "linear"])
    func `pools, additions, activations and resizes between convolutions stay in blocks`(mode: String) throws
    {
        var model = model()
        model.initializer("scales", [4], [1, 1, 2, 2])
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node(
            "MaxPool", ["a"], ["p"], name: "p",
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        model.node("Resize", ["p", "", "scales"], ["r"], name: "r", [ONNXAttribute.string("mode", mode)])
        model.node("Add", ["a", "r"], ["s"], name: "s")
        model.node("Sigmoid", ["s"], ["g"], name: "g")
        model.node("Mul", ["g", "a"], ["m"], name: "m")
        model.node("Conv", ["m", "pw"], ["y"], name: "y")
        model.output("y")
        // The resize adds what is added to its result.
        #expect(Set(try steps(model)) == ["a", "a (layout)", "p", "r", "m", "y", "y (layout)"])
    }

    @Test func `an addition is left to the convolution that takes the activation behind it too`() throws {
        var model = model()
        model.random("slopes", [20, 1, 1], seed: 4)
        model.initializer("scales", [4], [1, 1, 2, 2])
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node(
            "MaxPool", ["a"], ["p"], name: "p",
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        model.node("Conv", ["a", "pw"], ["c"], name: "c")
        model.node("Resize", ["p", "", "scales"], ["r"], name: "r")
        model.node("Add", ["c", "r"], ["s"], name: "s")
        model.node("PRelu", ["s", "slopes"], ["y"], name: "y")
        model.output("y")
        #expect(Set(try steps(model)) == ["a", "a (layout)", "p", "r", "c", "c (layout)"])
    }

    /// What an image is multiplied by, from the mean of its planes on.
    private func excitation(_ mean: String, gate: String, _ input: String) -> ONNXWriter {
        var model = model()
        model.initializer("axes", [2, 3])
        model.random("squeeze", [6, 20, 1, 1], seed: 5)
        model.random("excite", [20, 6, 1, 1], seed: 6)
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        if mean == "ReduceMean" {
            model.node(mean, ["a"], ["m"], name: "m", [ONNXAttribute.ints("axes", [2, 3])])
        } else {
            model.node(mean, ["a"], ["m"], name: "m")
        }
        model.node("Conv", ["m", "squeeze"], ["s"], name: "s")
        model.node("Relu", ["s"], ["t"], name: "t")
        model.node("Conv", ["t", "excite", "b"], ["e"], name: "e")
        model.node(gate, ["e"], ["g"], name: "g")
        model.node("Mul", input == "a" ? ["a", "g"] : ["g", "a"], ["u"], name: "u")
        model.node("Conv", ["u", "pw"], ["y"], name: "y")
        model.output("y")
        return model
    }

    @Test(arguments: [
        ("GlobalAveragePool", "Sigmoid", "a"), ("ReduceMean", "HardSigmoid", "g"),
        ("ReduceMean", "Sigmoid", "a"),
    ])
    func `squeeze and excitation stays in blocks`(mean: String, gate: String, first: String) throws {
        #expect(
            Set(try steps(excitation(mean, gate: gate, first)))
                == ["a", "a (layout)", "m", "s", "e", "u", "y", "y (layout)"])
    }

    @Test func `what is added to the excited image and the activation behind it are done on the way`() throws
    {
        for isInBlocks in [true, false] {
            var model = model()
            model.random("squeeze", [6, 20, 1, 1], seed: 5)
            model.random("excite", [20, 6, 1, 1], seed: 6)
            model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
            model.node("Exp", ["x"], ["q"], name: "q")
            model.node("GlobalAveragePool", ["a"], ["m"], name: "m")
            model.node("Conv", ["m", "squeeze"], ["s"], name: "s")
            model.node("Conv", ["s", "excite", "b"], ["e"], name: "e")
            model.node("Sigmoid", ["e"], ["g"], name: "g")
            model.node("Mul", [isInBlocks ? "a" : "q", "g"], ["u"], name: "u")
            model.node("Add", ["u", isInBlocks ? "a" : "q"], ["v"], name: "v")
            model.node("Relu", ["v"], ["w"], name: "w")
            model.node("Conv", ["w", "pw"], ["y"], name: "y")
            model.output("y")
            let names: Set = ["a", "a (layout)", "m", "s", "e", "u", "y", "y (layout)"]
            // Nobody reads the other image in blocks.
            #expect(Set(try steps(model)) == (isInBlocks ? names : names.union(["q", "u (layout)"])))
        }
    }

    @Test func `what only renames an image does not stand between two steps`() throws {
        var model = model()
        model.initializer("start", [0])
        model.initializer("end", [20])
        model.initializer("axis", [1])
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node("Identity", ["a"], ["i"], name: "i")
        model.node("Relu", ["i"], ["r"], name: "r")
        model.node("Slice", ["r", "start", "end", "axis"], ["s"], name: "slice")
        model.node("MaxPool", ["s"], ["p"], name: "p", halves)
        model.node("Conv", ["p", "pw"], ["y"], name: "y")
        model.output("y")
        #expect(Set(try steps(model)) == ["a", "a (layout)", "p", "y", "y (layout)"])
    }

    @Test func `a number for each channel is brought into blocks where the image is`() throws {
        for type in ["Mul", "Add"] {
            for count in [1, 2] {
                var model = model()
                model.random("n", [count, 20, 1, 1], seed: 5)
                model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
                model.node(type, ["n", "a"], ["u"], name: "u")
                model.node("Conv", ["u", "pw"], ["y"], name: "y")
                model.output("y")
                #expect(Set(try steps(model)) == ["a", "a (layout)", "u", "u (layout)", "y", "y (layout)"])
            }
        }
    }

    @Test func `means of windows and normalisations with their activation stay in blocks`() throws {
        var model = model()
        model.initializer("variance", [20], (0..<20).map { 0.5 + Float($0) })
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node("AveragePool", ["a"], ["p"], name: "p", halves)
        model.node("BatchNormalization", ["p", "b", "b", "b", "variance"], ["n"], name: "n")
        model.node("Relu", ["n"], ["r"], name: "r")
        model.node("Conv", ["r", "pw"], ["y"], name: "y")
        model.output("y")
        #expect(Set(try steps(model)) == ["a", "a (layout)", "p", "n", "y", "y (layout)"])
    }

    @Test(arguments: [[16, 4], [3, 17], [10, 10]]) func `channels are cut and joined in blocks`(
        _ sizes: [Int]
    ) throws {
        var model = model()
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node(
            "Split", ["a", "sizes"], ["f", "l"], name: "split", [ONNXAttribute.int("axis", 1)])
        model.initializer("sizes", sizes.map(Int64.init))
        model.initializer("start", [3])
        model.initializer("end", [9])
        model.initializer("axis", [1])
        model.node("Slice", ["a", "start", "end", "axis"], ["s"], name: "slice")
        model.node("Concat", ["l", "s", "f", "a"], ["j"], name: "join", [ONNXAttribute.int("axis", 1)])
        model.random("wide", [20, 46, 1, 1], seed: 7)
        model.node("Conv", ["j", "wide"], ["y"], name: "y")
        model.output("y")
        #expect(
            Set(try steps(model)) == ["a", "a (layout)", "split", "slice", "join", "y", "y (layout)"])
    }

    @Test func `other slices and joins are of planes`() throws {
        for (start, end, axis) in [(1, 5, 2), (0, 1, 0)] as [(Int64, Int64, Int64)] {
            var model = model()
            model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
            model.initializer("start", [start])
            model.initializer("end", [end])
            model.initializer("axis", [axis])
            model.node("Slice", ["a", "start", "end", "axis"], ["s"], name: "slice")
            model.node("Concat", ["s", "s"], ["y"], name: "join", [ONNXAttribute.int("axis", axis)])
            model.output("y")
            #expect(Set(try steps(model)) == ["a", "a (layout)", "slice", "slice (layout)", "join"])
        }
    }

    private let halves = [
        ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2]),
    ]
    private var depthwise: [[UInt8]] {
        [ONNXAttribute.ints("pads", [1, 1, 1, 1]), ONNXAttribute.int("group", 20)]
    }

    @Test func `a depthwise convolution takes the activation and the pool behind it`() throws {
        var model = model()
        model.node("Conv", ["x", "dw", "b"], ["c"], name: "c", depthwise)
        model.node("Relu", ["c"], ["r"], name: "r")
        model.node("MaxPool", ["r"], ["p"], name: "p", halves)
        model.node("Conv", ["p", "pw"], ["y"], name: "y")
        model.output("y")
        #expect(Set(try steps(model)) == ["c", "c (layout)", "y", "y (layout)"])
    }

    @Test func `it leaves the pool where its own output is read too`() throws {
        for isOutput in [true, false] {
            var model = model()
            model.node("Conv", ["x", "dw", "b"], ["c"], name: "c", depthwise)
            model.node("MaxPool", ["c"], ["p"], name: "p", halves)
            if isOutput {
                model.output("c")
            } else {
                model.node("Conv", ["c", "pw"], ["z"], name: "z")
                model.output("z")
            }
            model.node("Conv", ["p", "pw"], ["y"], name: "y")
            model.output("y")
            #expect(try steps(model).contains("p"))
        }
    }

    @Test func `a turn to channels last reads blocks`() throws {
        var model = model()
        model.node("Conv", ["x", "pw", "b"], ["a"], name: "a")
        model.node("Transpose", ["a"], ["y"], name: "t", [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
        model.output("y")
        #expect(Set(try steps(model)) == ["a", "a (layout)", "t"])
    }

    /// Heads as exporters write them: the shape of each is asked for too.
    /// `latter` is the order of what follows the first convolutions, all of which then come first.
    private func heads(_ channels: [Int], depthwise: Bool, latter: [Int]? = nil) -> ONNXWriter {
        var model = model()
        func first(_ index: Int) {
            let (name, count) = ("\(index)", channels[index])
            model.random("w" + name, [count, 20, 1, 1], seed: UInt64(10 + index))
            model.random("d" + name, [count, 1, 3, 3], seed: UInt64(20 + index))
            model.random("c" + name, [count], seed: UInt64(30 + index))
            model.node(
                "Conv", ["x", "w" + name] + (index == 0 ? [] : ["c" + name]), ["h" + name], name: "h" + name)
        }
        if latter != nil { channels.indices.forEach(first) }
        for index in latter ?? Array(channels.indices) {
            if latter == nil { first(index) }
            let (name, count) = ("\(index)", channels[index])
            if depthwise {
                model.node(
                    "Conv", ["h" + name, "d" + name, "c" + name], ["e" + name], name: "e" + name,
                    same + [ONNXAttribute.int("group", Int64(count))])
            }
            let last = (depthwise ? "e" : "h") + name
            model.node(
                "Transpose", [last], ["t" + name], name: "t" + name,
                [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
            model.node("Shape", [last], ["s" + name], name: "s" + name)
            model.output("t" + name)
            model.output("s" + name, type: .int64)
        }
        return model
    }

    @Test(arguments: [[2, 8, 20], [1, 1], [16, 3, 30]]) func `sibling heads become one convolution`(
        _ channels: [Int]
    )
        throws
    {
        let names = channels.indices.map { "h\($0)" }.joined(separator: " + ")
        let turns = channels.indices.map { "t\($0)" }
        #expect(
            Set(try steps(heads(channels, depthwise: false))) == Set([names, names + " (layout)"] + turns))
    }

    @Test func `so do the depthwise convolutions behind them`() throws {
        let steps = Set(try steps(heads([1, 4, 10], depthwise: true)))
        #expect(steps == ["h0 + h1 + h2", "h0 + h1 + h2 (layout)", "e0 + e1 + e2", "t0", "t1", "t2"])
    }

    @Test(arguments: [[1, 0, 2], [2, 1, 0], [2, 0, 1]])
    func `heads may go on in another order than they begin`(
        order: [Int]
    ) throws {
        let steps = Set(try steps(heads([1, 4, 10], depthwise: true, latter: order)))
        #expect(steps == ["h0 + h1 + h2", "h0 + h1 + h2 (layout)", "e0 + e1 + e2", "t0", "t1", "t2"])
    }

    @Test func `depthwise convolutions of each other's channels are refused, though the sum is right`() throws
    {
        var model = model()
        for (name, count, wrong) in [("0", 4, 6), ("1", 6, 4)] as [(String, Int, Int)] {
            model.random("w" + name, [count, 20, 1, 1], seed: 1)
            model.random("d" + name, [wrong, 1, 3, 3], seed: 2)
            model.node("Conv", ["x", "w" + name], ["h" + name], name: "h" + name)
            model.node(
                "Conv", ["h" + name, "d" + name], ["e" + name], name: "e" + name,
                same + [ONNXAttribute.int("group", Int64(wrong))])
            model.node(
                "Transpose", ["e" + name], ["t" + name], name: "t" + name,
                [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
            model.output("t" + name)
        }
        #expect(throws: InferenceError.self) {
            try Session(model: model.bytes, name: "test").run(["x": image])
        }
    }

    @Test func `heads that are read by others, or outputs, stay`() throws {
        for isOutput in [true, false] {
            var model = heads([3, 5], depthwise: false)
            model.node("Abs", ["h0"], ["abs"], name: "abs")
            model.output(isOutput ? "h0" : "abs")
            #expect(Set(try steps(model)).isSuperset(of: ["h0", "h1", "t0", "t1"]))
        }
    }
}
