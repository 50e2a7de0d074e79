internal import Foundation
package import Kernels
internal import ONNX

/// A model, ready to run from any thread.
///
/// Loading decodes, validates, folds and packs once; after that each set of input shapes gets a plan of its
/// own, kept in a bounded cache. Weights are shared by all plans, and the file's own copy is let go after
/// loading.
package final class Session: Sendable {
    /// How a session runs and what it may use.
    package struct Options: Sendable {
        /// Threads of one run; 1 keeps a run on its caller's thread.
        package var threads = 1
        /// How weights are stored and products made. All but `float32` change what comes out:
        /// docs/performance.md has the errors.
        package var precision = Precision.float32
        /// Plans kept, the least recently used going first. A plan is an arena or more and some kilobytes.
        package var planCacheLimit = 8
        /// Whether `profile()` has something to tell; costs two clock readings a node.
        package var profiling = false
        /// Whether neighbouring nodes are merged. For tests: results agree to rounding without.
        package var fusion = true
        /// Bytes that the intermediate values of one run may take together. Larger plans are refused, before
        /// anything is allocated: an input shape or a damaged model can ask for any size.
        package var maximumArenaBytes = 4 << 30
        /// Arenas kept for the next run, a plan; more concurrent runs allocate and free theirs.
        package var idleArenas = 4

        package init() {}
    }

    /// Lower-case hex SHA-256 of the model file, or of it and its data files (`ModelFingerprint`).
    package let fingerprint: String

    /// What the graph takes, in file order; initializers are not counted among them.
    package let inputs: [ValueDescription]

    /// What the graph gives, in file order.
    package let outputs: [ValueDescription]

    /// Whether some of the graph's quantised layers run in products of bytes, as CPUs with instructions for
    /// them do; others round otherwise.
    package let multipliesBytes: Bool

    private let options: Options
    private let program: Program
    private let cache: PlanCache
    private let pool: WorkerPool
    private let recorder: ProfileRecorder?

    /// Loads the model at `path` through a mapping that is dropped when loading is done.
    package convenience init(modelAt path: String, options: Options = .init()) throws(InferenceError) {
        let file: ModelFile
        do { file = try ModelFile(path: path) } catch { throw .unreadable(error) }
        try self.init(file.bytes, file.model, options: options)
    }

    /// Loads a model from memory; `name` stands for the file in errors.
    package convenience init(
        model bytes: [UInt8], name: String, options: Options = .init()
    ) throws(InferenceError) {
        guard !bytes.isEmpty else {
            throw .unreadable(ONNXError(offset: nil, field: name, reason: "is an empty file"))
        }
        try self.init(inMemory: ModelBytes(bytes), options: options)
    }

    /// Loads a model from constants of the executable, without a copy of them: the bytes must be there,
    /// unchanged, until the process ends.
    package convenience init(
        constantModel bytes: UnsafeRawBufferPointer, options: Options = .init()
    ) throws(InferenceError) { try self.init(inMemory: ModelBytes(constant: bytes), options: options) }

    private convenience init(inMemory bytes: ModelBytes, options: Options) throws(InferenceError) {
        let model: Model
        do { model = try Model(bytes) } catch { throw .unreadable(error) }
        try self.init(bytes, model, options: options)
    }

    private init(_ bytes: ModelBytes, _ model: Model, options: Options) throws(InferenceError) {
        let identity = ModelFingerprint(bytes, model.externalFiles)
        let hashing = Deferred { identity.hex }
        // Loading is short and nothing runs yet: it may have all cores.
        let loaders = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        program = try Program(
            model, byteCount: identity.byteCount, fusion: options.fusion, precision: options.precision,
            pool: loaders)
        fingerprint = hashing.value
        (inputs, outputs) = (program.inputs.map(\.description), program.outputs.map(\.description))
        multipliesBytes = program.nodes.contains { ($0.op as? any ByteMultiplying)?.multipliesBytes == true }
        self.options = options
        cache = PlanCache(limit: options.planCacheLimit)
        pool = WorkerPool(threads: options.threads)
        recorder = options.profiling ? ProfileRecorder() : nil
    }

    /// Runs the model. Every input must be there under its name; outputs are keyed by theirs.
    package func run(_ inputs: [String: Tensor]) throws(InferenceError) -> [String: Tensor] {
        let results = try runInOrder(try ordered(inputs))
        return Dictionary(zip(outputs.map(\.name), results), uniquingKeysWith: { first, _ in first })
    }

    /// Runs a model of one input; outputs come in file order.
    package func run(_ input: Tensor) throws(InferenceError) -> [Tensor] {
        guard inputs.count == 1 else {
            throw .invalidModel("it has \(inputs.count) inputs, so they must be given by name")
        }
        return try runInOrder([input])
    }

    /// Makes the plan for these shapes ahead of the first run. Throws what that run would, and for a model
    /// whose shapes follow from input values, which this cannot know.
    package func prepare(shapes: [String: [Int]]) throws(InferenceError) {
        if let name = shapes.keys.sorted().first(where: { key in !inputs.contains { $0.name == key } }) {
            throw .input(name: name, reason: "the model has no such input")
        }
        var ordered: [[Int]] = []
        for input in inputs {
            guard let shape = shapes[input.name] else {
                throw .input(name: input.name, reason: "no shape is given")
            }
            ordered.append(shape)
        }
        _ = try plan(PlanKey(shapes: ordered, values: [:]))
    }

    /// Splits `0..<count` into ranges of at least `grain` for the threads of a run: for work beside the
    /// model's own, such as making its input.
    package func share(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        pool.runRanges(count, grain: grain, body)
    }

    /// Time by node since the session was made, slowest first; empty without `Options.profiling`.
    package func profile() -> [NodeTiming] { recorder?.timings ?? [] }

    /// Plans in the cache now, at most `Options.planCacheLimit`.
    package var cachedPlanCount: Int { cache.count }

    private func ordered(_ given: [String: Tensor]) throws(InferenceError) -> [Tensor] {
        if let name = given.keys.sorted().first(where: { key in !inputs.contains { $0.name == key } }) {
            throw .input(name: name, reason: "the model has no such input")
        }
        var tensors: [Tensor] = []
        for input in inputs {
            guard let tensor = given[input.name] else { throw .input(name: input.name, reason: "is missing") }
            tensors.append(tensor)
        }
        return tensors
    }

    private func runInOrder(_ tensors: [Tensor]) throws(InferenceError) -> [Tensor] {
        for (input, tensor) in zip(inputs, tensors) where tensor.elementType != input.elementType {
            throw .input(
                name: input.name, reason: "is \(tensor.elementType), the model takes \(input.elementType)")
        }
        let plan = try plan(try program.key(for: tensors))
        return try plan.run(tensors, pool: pool, recorder: recorder)
    }

    private func plan(_ key: PlanKey) throws(InferenceError) -> Plan {
        if let plan = cache.plan(for: key) { return plan }
        let plan = try Planner.plan(program, key: key, options: options)
        cache.insert(plan, for: key)
        return plan
    }
}
