internal import Kernels

/// Networks like ConvNeXt turn images to channels last for a normalisation and fully connected layers, and
/// back. The same over the channels of images as they are, with 1x1 convolutions, needs neither turn; no
/// shape has a say.
extension Program {
    mutating func fuseChannelsLast(_ budget: LoadBudget) {
        let readers = solitaryReaders
        var spent: Set<Int> = []
        for start in nodes.indices {
            guard (nodes[start].op as? Transpose)?.isChannelsLast == true,
                let run = ChannelsLastRun(from: start, of: self, readers), budget.spend(run.bytes)
            else { continue }
            for (place, index) in run.between.enumerated() {
                var node = overChannels(nodes[index])
                if place == 0 { node.inputs[0] = nodes[start].inputs[0] }
                if place == run.between.count - 1 { node.outputs = nodes[run.end].outputs }
                nodes[index] = node
            }
            spent.formUnion([start, run.end])
        }
        nodes = nodes.indices.filter { !spent.contains($0) }.map { nodes[$0] }
    }

    /// The node of a run as one over channels.
    private mutating func overChannels(_ node: ProgramNode) -> ProgramNode {
        var node = node
        switch node.op {
        case let layer as LayerNormalizationOperator:
            let parameters = node.inputs.dropFirst().map { $0.flatMap { constants[$0]?.floats } }
            node.op = ChannelNormalizationOperator(
                normalization: ChannelNormalization(
                    scale: parameters[0] ?? [], shift: parameters.count > 1 ? parameters[1] : nil,
                    epsilon: layer.epsilon))
            node.inputs = [node.inputs[0]]
        case is MatrixProduct:
            guard let value = node.inputs[1], let weights = constants[value] else { break }
            node.op = Convolution(pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1)
            node.inputs[1] = addConstant(Program.kernels(of: weights), like: value)
        default: break
        }
        return node
    }

    /// `[inputs, outputs]` as `[outputs, inputs, 1, 1]`.
    private static func kernels(of weights: Tensor) -> Tensor {
        let (inputs, outputs) = (weights.shape[0], weights.shape[1])
        return weights.withFloats { matrix in
            Tensor(shape: [outputs, inputs, 1, 1], elementType: .float32) { target in
                StridedCopy.turned(rows: inputs, columns: outputs).run(
                    input: matrix.baseAddress!, output: target.baseAddress!, elementType: .float32,
                    pool: WorkerPool(threads: 1))
            }
        }
    }
}

/// Nodes from one that turns images to channels last up to one that turns them back, each read by the next
/// alone.
private struct ChannelsLastRun {
    private(set) var between: [Int] = []
    /// The node that turns them back.
    let end: Int
    /// What weights in another order and the numbers of normalisations take.
    private(set) var bytes = 0

    /// nil where another node is among them.
    init?(from start: Int, of program: Program, _ readers: [ValueID: Int]) {
        var last = start
        while let output = program.nodes[last].outputs[0], let next = readers[output] {
            let node = program.nodes[next]
            guard node.inputs[0] == output else { return nil }
            if (node.op as? Transpose)?.permutation == [0, 3, 1, 2] {
                guard between.contains(where: { !(program.nodes[$0].op is Unary) }) else { return nil }
                end = next
                return
            }
            guard let more = ChannelsLastRun.bytes(of: node, program.constants) else { return nil }
            (bytes, last) = (bytes + more, next)
            between.append(next)
        }
        return nil
    }

    /// Bytes that a node's constants take over channels; nil where it can't be run so.
    private static func bytes(of node: ProgramNode, _ constants: [ValueID: Tensor]) -> Int? {
        let parameters = node.inputs.dropFirst().map { $0.flatMap { constants[$0] } }
        func isRow(_ tensor: Tensor?, of count: Int?) -> Bool {
            tensor?.elementType == .float32 && tensor?.shape.count == 1 && tensor?.count == count
        }
        switch node.op {
        case is Unary: return 0
        case let layer as LayerNormalizationOperator:
            let hasOthers = layer.usedOutputs.dropFirst().contains(true)
            // A single number may stand for one in every channel.
            guard layer.axis == -1 || layer.axis == 3, !hasOthers, let channels = parameters[0]?.count,
                channels > 1, parameters.allSatisfy({ isRow($0, of: channels) })
            else { return nil }
            return 2 * ChannelBlocks.count(channels) * ChannelBlocks.width * MemoryLayout<Float>.stride
        case is MatrixProduct:
            guard let weights = parameters[0], weights.elementType == .float32, weights.shape.count == 2,
                weights.count > 0, parameters.dropFirst().allSatisfy({ isRow($0, of: weights.shape[1]) })
            else { return nil }
            return weights.byteCount
        default: return nil
        }
    }
}
