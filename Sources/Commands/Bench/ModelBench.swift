import Encodings
import Inference
import Kernels

/// Times one model at one input shape.
struct ModelBench {
    private let path: String
    private let shape: [Int]?
    private let seconds: Double
    private let profiles: Bool
    private let options: Session.Options

    init(_ arguments: ParsedArguments) throws(UsageError) {
        path = arguments.operands[0]
        shape = try arguments.string("--shape").map { text throws(UsageError) in
            try TensorShape(text, option: "--shape").dimensions
        }
        seconds = try arguments.double("--seconds", in: 0.01...3600) ?? 2
        profiles = arguments.has("--profile")
        var options = Session.Options()
        options.threads = try arguments.int("--threads", in: 1...256) ?? 1
        options.precision = try PrecisionOption.of(arguments)
        options.profiling = profiles
        self.options = options
    }

    /// Measures and prints; returns the exit status.
    func run(json: Bool, _ console: Console) throws -> Int32 {
        let session = try ModelFailure.naming(path) { try Session(modelAt: path, options: options) }
        let input = try input(of: session)
        let summary = try Stopwatch.measure(for: .seconds(seconds)) { _ = try session.run(input) }
        console.print(json ? try JSONText.of(summary) : summary.text)
        if profiles {
            let peak = KernelTable.current.measurePeak(pool: WorkerPool(threads: options.threads))
            ProfileReport(session.profile(), peak: peak).lines.forEach { console.note($0) }
        }
        return 0
    }

    private func input(of session: Session) throws -> [String: Tensor] {
        guard session.inputs.count == 1, let input = session.inputs.first, input.elementType == .float32
        else {
            throw CommandFailure(
                file: path, "does not have one float32 input; `arcface run` takes any graph")
        }
        let declared = input.dimensions?.map { dimension in
            if case .fixed(let extent) = dimension { extent } else { 0 }
        }
        if let shape, shape.contains(0) { throw UsageError("--shape: no dimension may be 0") }
        guard let shape = shape ?? declared, shape.allSatisfy({ $0 > 0 }) else {
            throw UsageError("\(path.shown) leaves its input's shape free; give --shape")
        }
        var generator = SplitMix64(seed: 7)
        let count = try shape.reduce(1) { product, extent throws(UsageError) in
            let (value, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow, value <= 1 << 30 else { throw UsageError("--shape has more than 2^30 elements") }
            return value
        }
        let noise = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
        return [input.name: Tensor(shape: shape, floats: noise)]
    }
}

extension LatencySummary {
    /// The summary as a line for a person.
    var text: String {
        "median \(medianMilliseconds.fixed(3)) ms, min \(minimumMilliseconds.fixed(3)), "
            + "p90 \(p90Milliseconds.fixed(3)), \(iterations) runs"
    }
}
