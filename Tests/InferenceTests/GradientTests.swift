import Inference
import Kernels
import TestKit
import Testing

@Suite struct GradientTests {
    private static func session(
        _ name: String, sites: [StatisticsSite]? = [],
        threads: Int = 1, statisticsWeight: Float = 0.05
    ) throws -> (session: GradientSession, input: [Int]) {
        let (input, build) = try #require(networks[name])
        var model = ONNXWriter(opset: 17)
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

    /// Holds the derivative along a direction against the difference quotient; directions whose two halves
    /// disagree cross a kink and say nothing.
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
        var model = ONNXWriter(opset: 17)
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
        var model = ONNXWriter(opset: 17)
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
            var model = ONNXWriter(opset: 17)
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
                $0.node("Floor", ["x"], ["y"], name: "steps")
            }.contains("node \"steps\" (Floor)"))
        #expect(
            refusal {
                $0.node("ReduceMean", ["x"], ["m"], name: "", [ONNXAttribute.ints("axes", [0, 2, 3])])
                $0.node("Reshape", ["m", "shape"], ["e"])
                $0.initializer("shape", [3] as [Int64])
                $0.node("Pow", ["x", "m"], ["y"], name: "power")
            }.contains("node \"power\" (Pow)"))
        #expect(
            refusal {
                $0.initializer("one", [1], [1])
                $0.node("Add", ["one", "one"], ["y"], name: "sum")
            }.contains("does not depend on its input"))
        for (type, inputs) in [
            ("Gemm", ["left", "f", "c"]), ("Gemm", ["f", "w", "f"]),
        ] {
            let told = refusal {
                $0.node("ReduceMean", ["x"], ["m"], name: "", [ONNXAttribute.ints("axes", [3])])
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
                // Too many to be folded at load.
                $0.initializer("count", [40_000_000] as [Int64])
                $0.initializer("first", [0] as [Int64])
                $0.node("Expand", ["first", "count"], ["places"])
                $0.node(
                    "ReduceMean", ["x"], ["m"], name: "",
                    [ONNXAttribute.ints("axes", [1, 2, 3]), ONNXAttribute.int("keepdims", 0)])
                $0.node("Gather", ["m", "places"], ["g"], name: "crowd")
                $0.node("ReduceMean", ["g"], ["y"], name: "", [ONNXAttribute.ints("axes", [0])])
            }.contains("node \"crowd\" (Gather): moves elements by what is found in the run"))
        #expect(
            refusal {
                $0.node("GlobalAveragePool", ["x"], ["g"])
                $0.node("Conv", ["x", "g"], ["y"], name: "moving")
            }.contains("node \"moving\" (Conv)"))
    }

    @Test func `networks of two inputs are refused`() {
        var model = ONNXWriter(opset: 17)
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
