internal import Foundation
package import Kernels
internal import ONNX

/// A network with the derivative of a loss by its picture: how far its answer is from a target, and how far
/// the statistics of its layers are from those of faces (ArcFace, TPAMI 2022, section 3.3).
///
/// The derivative is a graph behind the network's own, which the engine fuses, plans and runs like any other.
/// Safe to call from several threads at once.
package final class GradientSession: Sendable {
    package struct Options: Sendable {
        /// Threads of one run.
        package var threads = 1
        /// What `|output - target|^2 / |target|^2` counts.
        package var embeddingWeight: Float = 1
        /// What a squared difference of a channel's mean or deviation counts.
        package var statisticsWeight: Float = 0.05
        /// Bytes that the intermediate values of a run may take together.
        package var maximumArenaBytes = 4 << 30

        package init() {}
    }

    /// What one picture gives.
    package struct Result: Sendable {
        /// What the network answers.
        package let output: Tensor
        /// The derivative of the sum of both losses by the input, in its shape.
        package let derivative: Tensor
        /// Both weighted.
        package let embeddingLoss, statisticsLoss: Float
    }

    /// Statistics that the model's own normalisations keep; files in which these are folded have none.
    package let ownSites: [StatisticsSite]
    /// The shape of the network's answer.
    package let outputShape: [Int]
    private let inputName: String
    private let inputShape: [Int]
    private let plan: Plan
    private let pool: WorkerPool

    /// Loads a network for inputs of `shape`. `sites` nil takes the model's own.
    package init(
        _ source: NetworkSource, shape: [Int], sites: [StatisticsSite]? = nil, options: Options = .init()
    ) throws(InferenceError) {
        let (model, byteCount) = try source.decoded()
        let loaders = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        // Layers are there twice, forward and turned.
        let budget = LoadBudget(fileBytes: 2 * min(byteCount, .max / 2))
        let network = try Program(model, budget, loaders)
        var session = Session.Options()
        (session.threads, session.maximumArenaBytes) = (options.threads, options.maximumArenaBytes)
        let types = try Planner.values(
            network, key: PlanKey(shapes: [shape], values: [:]), options: session
        ).types
        ownSites = network.normalizationSites(types)
        outputShape = types[network.outputs[0].value]?.shape ?? []
        var program = try GradientBuilder.gradient(
            of: network, shape: shape, sites: sites ?? ownSites, options: options)
        try program.prepare(fusion: true, precision: .float32, budget, loaders)
        plan = try Planner.plan(
            program, key: PlanKey(shapes: [shape, outputShape], values: [:]), options: session)
        (inputShape, inputName) = (shape, network.inputs[0].description.name)
        pool = WorkerPool(threads: options.threads)
    }

    /// The answer for a picture, and the derivative of its losses. `target` has the answer's number of
    /// elements.
    ///
    /// Throws for shapes that are not those of the session, and for a target that is zero or not finite.
    package func evaluate(_ input: Tensor, target: Tensor) throws(InferenceError) -> Result {
        guard input.shape == inputShape, input.elementType == .float32 else {
            throw .input(
                name: inputName, reason: "has shape \(input.shape), the derivative is made for \(inputShape)")
        }
        guard target.elementType == .float32, target.count == outputShape.reduce(1, *) else {
            throw .input(name: "target", reason: "has shape \(target.shape), the answer has \(outputShape)")
        }
        let square = target.withFloats { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
        guard square > 0, square.isFinite else {
            throw .input(name: "target", reason: "is zero or not finite")
        }
        let outputs = try plan.run([input, target.reshaped(outputShape)], pool: pool, recorder: nil)
        let losses = outputs.dropFirst(2).map { $0.withFloats { $0[0] } }
        return Result(
            output: outputs[0], derivative: outputs[1], embeddingLoss: losses[0],
            statisticsLoss: Float(losses.dropFirst().reduce(0.0) { $0 + Double($1) }))
    }
}

extension Program {
    /// Inputs of normalisations over images, with the statistics that these keep.
    fileprivate func normalizationSites(_ types: [TensorType?]) -> [StatisticsSite] {
        var sites: [StatisticsSite] = []
        var seen: Set<ValueID> = []
        for node in nodes {
            guard let op = node.op as? BatchNormalizationOperator, let input = node.inputs[0],
                constants[input] == nil, types[input]?.shape.count == 4,
                let parameters = constantInputs(of: node),
                let mean = parameters[3], let variance = parameters[4],
                mean.elementType == .float32, variance.elementType == .float32, mean.count == variance.count,
                input != inputs.first?.value, seen.insert(input).inserted
            else { continue }
            sites.append(
                StatisticsSite(
                    value: valueNames[input], mean: mean.floats,
                    deviation: variance.floats.map { ($0 + op.epsilon).squareRoot() }))
        }
        return sites
    }
}
