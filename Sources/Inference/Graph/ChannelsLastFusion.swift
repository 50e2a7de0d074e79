internal import Kernels

/// Networks like ConvNeXt turn images to channels last for a normalisation and fully connected layers, and back. The same over the
/// channels of images as they are, with 1x1 convolutions, needs neither turn; no shape has a say.
extension Program {
    mutating func fuseChannelsLast(_ budget: LoadBudget) {
        let counts = useCounts
        var readers: [ValueID: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for case .some(let input) in node.inputs where counts[input] == 1 { readers[input] = index }
        }
        var spent: Set<Int> = []
        for start in nodes.indices {
            guard (nodes[start].op as? Transpose)?.isChannelsLast == true,
                let run = ChannelsLastRun(from: start, of: self, readers), budget.spend(run.weightBytes)
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
        let floats = weights.floats
        return Tensor(
            shape: [outputs, inputs, 1, 1],
            floats: (0..<outputs * inputs).map { floats[$0 % inputs * outputs + $0 / inputs] })
    }
}

/// Nodes from one that turns images to channels last up to one that turns them back, each read by the next alone.
private struct ChannelsLastRun {
    private(set) var between: [Int] = []
    /// The node that turns them back.
    let end: Int
    /// What weights in another order take.
    private(set) var weightBytes = 0

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
            guard let bytes = ChannelsLastRun.weightBytes(of: node, program.constants) else { return nil }
            (weightBytes, last) = (weightBytes + bytes, next)
            between.append(next)
        }
        return nil
    }

    /// Bytes of a node's weights; nil where it can't be run over channels.
    private static func weightBytes(of node: ProgramNode, _ constants: [ValueID: Tensor]) -> Int? {
        let parameters = node.inputs.dropFirst().map { $0.flatMap { constants[$0] } }
        func isRow(_ tensor: Tensor?, of count: Int?) -> Bool {
            tensor?.elementType == .float32 && tensor?.shape.count == 1 && tensor?.count == count
        }
        switch node.op {
        case is Unary: return 0
        case let layer as LayerNormalizationOperator:
            let hasOthers = layer.usedOutputs.dropFirst().contains(true)
            guard layer.axis == -1 || layer.axis == 3, !hasOthers,
                parameters.allSatisfy({ isRow($0, of: parameters[0]?.count) })
            else { return nil }
            return 0
        case is MatrixProduct:
            guard let weights = parameters[0], weights.elementType == .float32, weights.shape.count == 2,
                weights.count > 0, parameters.dropFirst().allSatisfy({ isRow($0, of: weights.shape[1]) })
            else { return nil }
            return weights.byteCount
        default: return nil
        }
    }
}
