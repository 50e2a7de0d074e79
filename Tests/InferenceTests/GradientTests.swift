import Inference
import Kernels
import TestKit
import Testing

@Suite struct GradientTests {
    /// Networks from `x` to `y`, every one with another rule in it.
    static let networks: [String: (input: [Int], build: @Sendable (inout ONNXWriter) -> Void)] = [
        "a 3x3 convolution": (
            [1, 3, 9, 7], { $0.layer("x", "y", [20, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])]) }
        ),
        "a strided convolution over an odd size": (
            [1, 5, 9, 8],
            { $0.layer("x", "y", [18, 5, 3, 3], [.ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])]) }
        ),
        "a strided convolution that leaves elements out": (
            [1, 2, 10, 11],
            { $0.layer("x", "y", [3, 2, 2, 3], [.ints("strides", [3, 2])]) }
        ),
        "a dilated convolution with a lopsided border": (
            [1, 2, 9, 9],
            {
                $0.layer(
                    "x", "y", [3, 2, 3, 3], [.ints("pads", [2, 1, 0, 3]), .ints("dilations", [2, 2])])
            }
        ),
        "a grouped convolution": (
            [1, 6, 6, 6],
            { $0.layer("x", "y", [4, 3, 3, 3], [.int("group", 2), .ints("pads", [1, 1, 1, 1])]) }
        ),
        "a depthwise convolution of stride 2": (
            [1, 17, 7, 7],
            {
                $0.layer(
                    "x", "y", [17, 1, 3, 3],
                    [.int("group", 17), .ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])])
            }
        ),
        "a pointwise convolution between others": (
            [1, 3, 8, 8],
            {
                $0.layer("x", "a", [16, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.node("Relu", ["a"], ["b"])
                $0.layer("b", "c", [33, 16, 1, 1])
                $0.node("Sigmoid", ["c"], ["d"])
                $0.layer("d", "y", [4, 33, 3, 3])
            }
        ),
        "a residual block with normalisations": (
            [1, 3, 8, 8],
            {
                $0.layer("x", "a", [16, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.normalization("a", "n", 16)
                $0.random("slopes", [16, 1, 1], seed: 91)
                $0.node("PRelu", ["n", "slopes"], ["p"])
                $0.layer("p", "b", [16, 16, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.node("Add", ["a", "b"], ["y"])
            }
        ),
        "a gate of each channel": (
            [1, 4, 6, 6],
            {
                $0.node("GlobalAveragePool", ["x"], ["g"])
                $0.layer("g", "h", [4, 4, 1, 1])
                $0.node("HardSigmoid", ["h"], ["s"], name: "", [.float("alpha", 0.3)])
                $0.node("Mul", ["x", "s"], ["y"])
            }
        ),
        "a flattened product": (
            [1, 3, 4, 4],
            {
                $0.layer("x", "a", [16, 3, 1, 1])
                $0.node("Flatten", ["a"], ["f"])
                $0.random("w", [5, 256], seed: 92)
                $0.random("c", [5], seed: 93)
                $0.node("Gemm", ["f", "w", "c"], ["y"], name: "", [.int("transB", 1), .float("alpha", 0.5)])
            }
        ),
        "a product behind a turned picture": (
            [1, 3, 4, 5],
            {
                $0.node("Transpose", ["x"], ["t"], name: "", [.ints("perm", [0, 2, 3, 1])])
                $0.random("w", [3, 7], seed: 94)
                $0.node("MatMul", ["t", "w"], ["y"])
            }
        ),
        "means, differences and quotients": (
            [1, 3, 5, 5],
            {
                $0.node("ReduceMean", ["x"], ["m"], name: "", [.ints("axes", [1])])
                $0.node("Sub", ["x", "m"], ["d"])
                $0.node("Exp", ["m"], ["e"])
                $0.node("Div", ["d", "e"], ["y"])
            }
        ),
        "joined channels": (
            [1, 3, 5, 5],
            {
                $0.layer("x", "a", [4, 3, 1, 1])
                $0.node("Tanh", ["a"], ["t"])
                $0.node("Neg", ["x"], ["n"])
                $0.node("Concat", ["t", "n", "t"], ["y"], name: "", [.int("axis", 1)])
            }
        ),
        "a direction of a vector": (
            [1, 3, 2, 2],
            {
                $0.node("Flatten", ["x"], ["f"])
                $0.node("ReduceL2", ["f"], ["l"], name: "", [.ints("axes", [1])])
                $0.node("Expand", ["l", "shape"], ["e"])
                $0.initializer("shape", [1, 12] as [Int64])
                $0.node("Div", ["f", "e"], ["y"])
            }
        ),
        "a root of a sum of squares": (
            [1, 3, 3, 3],
            {
                $0.node("Mul", ["x", "x"], ["s"])
                $0.node("ReduceSum", ["s", "axes"], ["r"], name: "", [.int("keepdims", 0)])
                $0.initializer("axes", [2, 3] as [Int64])
                $0.node("Sqrt", ["r"], ["y"])
            }
        ),
    ]

    private static func session(
        _ name: String, sites: [StatisticsSite]? = [],
        threads: Int = 1, statisticsWeight: Float = 0.05
    ) throws -> (session: GradientSession, input: [Int]) {
        let (input, build) = try #require(networks[name])
        var model = ONNXWriter()
        model.input("x", input)
        build(&model)
        model.output("y")
        var options = GradientSession.Options()
        (options.threads, options.statisticsWeight) = (threads, statisticsWeight)
        return (
            try GradientSession(
                .memory(model.bytes, name: "test"), shape: input, sites: sites, options: options),
            input
        )
    }

    /// Holds the derivative along a direction against the difference quotient; directions whose two halves disagree cross a
    /// kink and say nothing.
    private static func check(
        _ session: GradientSession, _ input: [Int], _ name: String,
        loss: (GradientSession.Result) -> Double
    ) throws {
        let target = randomTensor(session.outputShape, seed: 7)
        let x = randomTensor(input, seed: 8)
        let here = try session.evaluate(x, target: target)
        #expect(here.derivative.shape == input)
        let step: Float = 1e-3
        var checked = 0
        for seed in 0..<24 {
            let direction = randomTensor(input, seed: 100 + UInt64(seed)).floats
            func value(_ by: Float) throws -> Double {
                let moved = zip(x.floats, direction).map { $0 + by * $1 }
                return loss(try session.evaluate(Tensor(shape: input, floats: moved), target: target))
            }
            let (ahead, behind, middle) = (try value(step), try value(-step), loss(here))
            let slope = zip(here.derivative.floats, direction).reduce(0.0) {
                $0 + Double($1.0) * Double($1.1)
            }
            let (right, left) = ((ahead - middle) / Double(step), (middle - behind) / Double(step))
            guard abs(right - left) < 0.2 * (abs(right) + abs(left)), abs(slope) > 0.02 * middle else {
                continue
            }
            checked += 1
            let quotient = (right + left) / 2
            #expect(abs(slope - quotient) < 0.06 * abs(quotient) + 1e-3 * middle, "\(name), seed \(seed)")
        }
        #expect(checked >= 4, "\(name): only \(checked) directions could be held against the derivative")
    }

    @Test(arguments: networks.keys.sorted())
    func `the derivative is the limit of difference quotients`(_ name: String) throws {
        let (session, input) = try Self.session(name)
        try Self.check(session, input, name) { Double($0.embeddingLoss) }
    }

    @Test(arguments: ["a residual block with normalisations", "a pointwise convolution between others"])
    func `the pull of statistics is in the derivative`(_ name: String) throws {
        var generator = SeededGenerator(seed: 3)
        func numbers(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
            (0..<count).map { _ in Float.random(in: range, using: &generator) }
        }
        let sites = [("a", 16), ("b", 16)].map {
            StatisticsSite(value: $0, mean: numbers($1, -1...1), deviation: numbers($1, 0.5...2))
        }
        let (session, input) = try Self.session(name, sites: sites, statisticsWeight: 0.5)
        try Self.check(session, input, name) { Double($0.embeddingLoss) + Double($0.statisticsLoss) }
    }

    @Test func `the answer is the network's and the losses are as defined`() throws {
        let name = "a residual block with normalisations"
        let site = StatisticsSite(
            value: "a", mean: Array(repeating: 0.25, count: 16), deviation: Array(repeating: 1, count: 16))
        let (session, input) = try Self.session(name, sites: [site])
        var model = ONNXWriter()
        model.input("x", input)
        Self.networks[name]!.build(&model)
        model.output("y")
        model.output("a")
        let x = randomTensor(input, seed: 8)
        let expected = try run(model, ["x": x])
        let target = randomTensor(session.outputShape, seed: 7)
        let result = try session.evaluate(x, target: target)
        let y = try #require(expected["y"]).floats
        let difference = try #require(TensorDifference(result.output.floats, expected: y))
        #expect(difference.relativeMaximum < 1e-5)
        let t = target.floats
        let distance = zip(y, t).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let length = t.reduce(0.0) { $0 + Double($1 * $1) }
        #expect(abs(Double(result.embeddingLoss) - distance / length) < 1e-4 * distance / length)
        let a = try #require(expected["a"]).floats
        var statistics = 0.0
        for channel in 0..<16 {
            let plane = a[channel * 64..<(channel + 1) * 64].map(Double.init)
            let mean = plane.reduce(0, +) / 64
            let deviation = (plane.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 64).squareRoot()
            statistics += (mean - 0.25) * (mean - 0.25) + (deviation - 1) * (deviation - 1)
        }
        #expect(abs(Double(result.statisticsLoss) - 0.05 * statistics) < 1e-4 * statistics)
    }

    @Test func `threads change nothing`() throws {
        let name = "a residual block with normalisations"
        let results = try [1, 2].map { threads in
            let (session, input) = try Self.session(name, threads: threads)
            return try session.evaluate(
                randomTensor(input, seed: 8), target: randomTensor(session.outputShape, seed: 7)
            ).derivative.floats
        }
        #expect(results[0] == results[1])
    }

    @Test func `the model's own normalisations are sites where none are given`() throws {
        let name = "a residual block with normalisations"
        let (session, input) = try Self.session(name, sites: nil)
        #expect(session.ownSites.map(\.value) == ["a"])
        #expect(session.ownSites[0].mean == ONNXWriter.normalizationMean(16))
        let result = try session.evaluate(
            randomTensor(input, seed: 8), target: randomTensor(session.outputShape, seed: 7))
        #expect(result.statisticsLoss > 0)
    }

    @Test func `statistics are means over pictures of what each has`() throws {
        var model = ONNXWriter()
        model.input("x", [1, 1, 2, 2])
        model.initializer("w", [2, 1, 1, 1], [1, -2])
        model.node("Conv", ["x", "w"], ["c"])
        model.node("Relu", ["c"], ["y"])
        model.output("y")
        let statistics = try ChannelStatistics(.memory(model.bytes, name: "test"), shape: [1, 1, 2, 2])
        #expect(statistics.sites().isEmpty)
        try statistics.add(Tensor(shape: [1, 1, 2, 2], floats: [0, 2, 0, 2]))
        try statistics.add(Tensor(shape: [1, 1, 2, 2], floats: [5, 5, 5, 5]))
        let sites = statistics.sites()
        #expect(sites == [StatisticsSite(value: "c", mean: [3, -6], deviation: [0.5, 1])])
    }

    @Test func `what has no derivative is refused by name`() throws {
        func refusal(_ build: (inout ONNXWriter) -> Void) -> String {
            var model = ONNXWriter()
            model.input("x", [1, 3, 8, 8])
            build(&model)
            model.output("y")
            do {
                _ = try GradientSession(.memory(model.bytes, name: "test"), shape: [1, 3, 8, 8])
                return "it was taken"
            } catch { return error.description }
        }
        #expect(
            refusal {
                $0.node("MaxPool", ["x"], ["y"], name: "pool", [.ints("kernel_shape", [2, 2])])
            }.contains("node \"pool\" (MaxPool)"))
        #expect(
            refusal {
                $0.initializer("one", [1], [1])
                $0.node("Add", ["one", "one"], ["y"], name: "sum")
            }.contains("does not depend on its input"))
        for (type, inputs) in [
            ("Gemm", ["left", "f", "c"]), ("MatMul", ["left", "f"]), ("Gemm", ["f", "w", "f"]),
        ] {
            let told = refusal {
                $0.node("ReduceMean", ["x"], ["m"], name: "", [.ints("axes", [3])])
                $0.node("Reshape", ["m", "shape"], ["f"])
                $0.initializer("shape", [3, 8] as [Int64])
                $0.random("left", [3, 3], seed: 1)
                $0.random("w", [8, 8], seed: 2)
                $0.random("c", [8], seed: 3)
                $0.node(type, inputs, ["y"], name: "product")
            }
            #expect(told.contains("node \"product\" (\(type)), input"), "\(told)")
        }
        #expect(
            refusal {
                $0.node("GlobalAveragePool", ["x"], ["g"])
                $0.node("Conv", ["x", "g"], ["y"], name: "moving")
            }.contains("node \"moving\" (Conv)"))
    }

    @Test func `networks of two inputs are refused`() {
        var model = ONNXWriter()
        model.input("x", [1, 3, 8, 8])
        model.input("z", [1, 3, 8, 8])
        model.node("Add", ["x", "z"], ["y"])
        model.output("y")
        let source = NetworkSource.memory(model.bytes, name: "test")
        #expect(throws: InferenceError.invalidModel("it has 2 inputs where 1 is needed")) {
            _ = try GradientSession(source, shape: [1, 3, 8, 8])
        }
        #expect(throws: InferenceError.invalidModel("it has 2 inputs where 1 is needed")) {
            _ = try ChannelStatistics(source, shape: [1, 3, 8, 8])
        }
    }

    @Test func `sites, targets and pictures that do not fit are refused`() throws {
        let name = "a flattened product"
        let unknown = StatisticsSite(value: "nowhere", mean: [0], deviation: [1])
        #expect(throws: InferenceError.self) { _ = try Self.session(name, sites: [unknown]) }
        let narrow = StatisticsSite(value: "a", mean: [0], deviation: [1])
        #expect(throws: InferenceError.self) { _ = try Self.session(name, sites: [narrow]) }
        let (session, input) = try Self.session(name)
        let x = randomTensor(input, seed: 1)
        let target = Tensor(shape: [1, 5], floats: [1, 2, 3, 4, 5])
        _ = try session.evaluate(x, target: target)
        #expect(throws: InferenceError.self) {
            try session.evaluate(x, target: Tensor(shape: [1, 4], floats: [1, 2, 3, 4]))
        }
        #expect(throws: InferenceError.self) {
            try session.evaluate(x, target: Tensor(shape: [1, 5], floats: [0, 0, 0, 0, 0]))
        }
        #expect(throws: InferenceError.self) {
            try session.evaluate(x, target: Tensor(shape: [1, 5], floats: [.infinity, 0, 0, 0, 0]))
        }
        #expect(throws: InferenceError.self) {
            try session.evaluate(randomTensor([1, 3, 4, 5], seed: 1), target: target)
        }
    }
}

extension ONNXWriter {
    /// A convolution with weights that follow from its output's name.
    fileprivate mutating func layer(
        _ input: String, _ output: String, _ shape: [Int], _ attributes: [[UInt8]] = []
    ) {
        let seed = output.utf8.reduce(UInt64(17)) { $0 * 31 + UInt64($1) }
        random("w_" + output, shape, seed: seed)
        random("b_" + output, [shape[0]], seed: seed + 1)
        node("Conv", [input, "w_" + output, "b_" + output], [output], name: "conv " + output, attributes)
    }

    fileprivate mutating func normalization(_ input: String, _ output: String, _ channels: Int) {
        random("scale", [channels], seed: 51)
        random("shift", [channels], seed: 52)
        initializer("mean", [channels], Self.normalizationMean(channels))
        initializer("variance", [channels], (0..<channels).map { 0.5 + Float($0) / 8 })
        node("BatchNormalization", [input, "scale", "shift", "mean", "variance"], [output])
    }

    fileprivate static func normalizationMean(_ channels: Int) -> [Float] {
        (0..<channels).map { Float($0) / 16 - 0.5 }
    }
}

/// Attributes by their short names, as tables of networks want them.
extension [UInt8] {
    fileprivate static func ints(_ name: String, _ values: [Int64]) -> [UInt8] {
        ONNXAttribute.ints(name, values)
    }
    fileprivate static func int(_ name: String, _ value: Int64) -> [UInt8] { ONNXAttribute.int(name, value) }
    fileprivate static func float(_ name: String, _ value: Float) -> [UInt8] {
        ONNXAttribute.float(name, value)
    }
}
