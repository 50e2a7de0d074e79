internal import Foundation
package import Kernels
internal import Locks
internal import ONNX

/// Mean and deviation of the channels of every convolution's output over pictures: what a network's
/// normalisations kept, for files in which these are folded away.
///
/// They are means over pictures of what each picture has by itself, as it is single pictures that are held to
/// them.
package final class ChannelStatistics: Sendable {
    private struct Sums {
        var pictures = 0
        var means: [[Double]]
        var deviations: [[Double]]
    }

    private let names: [String]
    private let channels: [Int]
    private let plan: Plan
    private let pool: WorkerPool
    private let inputShape: [Int]
    private let sums: Locked<Sums>

    /// Loads a network for pictures of `shape`, `[1, 3, H, W]`.
    package init(_ source: NetworkSource, shape: [Int], threads: Int = 1) throws(InferenceError) {
        let (model, byteCount) = try source.decoded()
        let loaders = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        let budget = LoadBudget(fileBytes: byteCount)
        let network = try Program(model, budget, loaders)
        var options = Session.Options()
        options.threads = threads
        let key = PlanKey(shapes: [shape], values: [:])
        let types = try Planner.values(network, key: key, options: options).types
        let values = network.nodes.compactMap { node -> ValueID? in
            guard node.op is Convolution, let output = node.outputs.first ?? nil,
                let type = types[output], type.shape.count == 4, type.count > 0
            else { return nil }
            return output
        }
        names = values.map { network.valueNames[$0] }
        let shapes = values.map { types[$0]!.shape }
        channels = shapes.map { $0[1] }
        let ports = zip(values, names).map { value, name in
            GraphPort(
                value: value,
                description: ValueDescription(name: name, fileType: .float32, dimensions: nil))
        }
        var program = Program(
            nodes: network.nodes, constants: network.constants, inputs: network.inputs, outputs: ports,
            valueNames: network.valueNames)
        try program.prepare(fusion: true, precision: .float32, budget, loaders)
        plan = try Planner.plan(program, key: key, options: options)
        (inputShape, pool) = (shape, WorkerPool(threads: threads))
        let zeros = channels.map { [Double](repeating: 0, count: $0) }
        sums = Locked(Sums(means: zeros, deviations: zeros))
    }

    /// Counts one picture in.
    package func add(_ picture: Tensor) throws(InferenceError) {
        guard picture.shape == inputShape, picture.elementType == .float32 else {
            throw .input(
                name: "picture", reason: "has shape \(picture.shape), statistics are kept for \(inputShape)")
        }
        let outputs = try plan.run([picture], pool: pool, recorder: nil)
        let moments = outputs.map { output in
            output.withFloats {
                ChannelMoments(
                    of: $0.baseAddress!,
                    ChannelLayout(
                        batch: output.shape[0], channels: output.shape[1],
                        plane: output.shape[2] * output.shape[3], inBlocks: false), pool: pool)
            }
        }
        sums.withLock { sums in
            sums.pictures += 1
            for (site, moments) in moments.enumerated() {
                for channel in 0..<channels[site] {
                    sums.means[site][channel] += Double(moments.mean[channel])
                    sums.deviations[site][channel] += Double(moments.deviation[channel])
                }
            }
        }
    }

    /// What the pictures so far have in the mean; empty before the first.
    package func sites() -> [StatisticsSite] {
        let sums = sums.withLock { $0 }
        guard sums.pictures > 0 else { return [] }
        let count = Double(sums.pictures)
        return names.indices.map { site in
            StatisticsSite(
                value: names[site], mean: sums.means[site].map { Float($0 / count) },
                deviation: sums.deviations[site].map { Float($0 / count) })
        }
    }
}
