internal import Kernels

/// Merges the heads of a detector, at load: convolutions of one input that differ in their weights alone
/// become one, and so do the depthwise ones that follow each of them. A head has few channels, and every
/// block of channels costs the same however few it holds.
extension Program {
    /// Merges all sets of heads.
    mutating func fuseSiblings(_ budget: LoadBudget) {
        var fusion = SiblingFusion(self, budget)
        fusion.run()
        self = fusion.program
    }
}

/// The state of `Program.fuseSiblings()`.
private struct SiblingFusion {
    /// What convolutions have in common that can become one.
    private struct Kind: Hashable {
        let input: ValueID
        let window: WindowAttributes
        let kernel: [Int]
        let isDepthwise: Bool
    }

    /// Channels of a merged value that take the place of a value.
    private struct Piece {
        let merged: ValueID
        let channels: Range<Int>
    }

    private(set) var program: Program
    private let budget: LoadBudget
    private var readers: [ValueID: [Int]] = [:]
    private var pieces: [ValueID: Piece] = [:]
    /// What stands in the places of nodes that were merged.
    private var replacements: [Int: [ProgramNode]] = [:]

    init(_ program: Program, _ budget: LoadBudget) {
        (self.program, self.budget) = (program, budget)
        for (index, node) in program.nodes.enumerated() {
            for case .some(let input) in node.inputs { readers[input, default: []].append(index) }
        }
        // Outputs of the graph have a reader that is no node.
        for output in program.outputs { readers[output.value, default: []].append(-1) }
    }

    mutating func run() {
        for siblings in heads() {
            guard merge(siblings, isDepthwise: false) else { continue }
            let next = siblings.compactMap { depthwise(after: $0) }
            // Only where all heads go on in the same way.
            if next.count == siblings.count, Set(next.map { kind($0, input: 0) }).count == 1 {
                _ = merge(next, isDepthwise: true)
            }
        }
        guard !pieces.isEmpty else { return }
        let nodes = program.nodes.enumerated().flatMap { replacements[$0] ?? [$1] }
        program.nodes = nodes.map(readingPieces)
    }

    /// Sets of two and more heads of one kind, in the order of the graph.
    private func heads() -> [[Int]] {
        var sets: [Kind: [Int]] = [:]
        for index in program.nodes.indices {
            guard let input = program.nodes[index].inputs.first ?? nil, let kind = kind(index, input: input),
                !kind.isDepthwise, isRead(index, asHead: true)
            else { continue }
            sets[kind, default: []].append(index)
        }
        return sets.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    private func kind(_ index: Int, input: ValueID) -> Kind? {
        let node = program.nodes[index]
        guard let convolution = node.op as? Convolution, node.inputs.count >= 2,
            let weights = tensor(node.inputs[1]), weights.shape.count == 4,
            weights.shape.allSatisfy({ $0 > 0 }),
            node.inputs.count < 3 || node.inputs[2] == nil
                || tensor(node.inputs[2])?.shape == [weights.shape[0]]
        else { return nil }
        let isDepthwise = weights.shape[1] == 1 && convolution.groups == weights.shape[0]
        guard isDepthwise || convolution.groups == 1 else { return nil }
        return Kind(
            input: input, window: convolution.window, kernel: Array(weights.shape[1...]),
            isDepthwise: isDepthwise)
    }

    private func tensor(_ value: ValueID?) -> Tensor? {
        guard let value, let tensor = program.constants[value], tensor.elementType == .float32 else {
            return nil
        }
        return tensor
    }

    /// Whether the node's output is only turned to channels last, asked for its shape, or `asHead` goes into
    /// one depthwise convolution of which the same holds.
    private func isRead(_ index: Int, asHead: Bool) -> Bool {
        guard let output = program.nodes[index].outputs[0], let all = readers[output] else { return false }
        return all.allSatisfy { reader in
            guard reader >= 0 else { return false }
            switch program.nodes[reader].op {
            case let transpose as Transpose: return transpose.isChannelsLast
            case is ShapeOf: return true
            case is Convolution:
                return asHead && all.count == 1 && kind(reader, input: 0)?.isDepthwise == true
                    && isRead(reader, asHead: false)
            default: return false
            }
        }
    }

    /// The depthwise convolution that alone reads the node's output.
    private func depthwise(after index: Int) -> Int? {
        guard let output = program.nodes[index].outputs[0], let all = readers[output], all.count == 1,
            all[0] >= 0, program.nodes[all[0]].inputs[0] == output,
            kind(all[0], input: 0)?.isDepthwise == true,
            // Others are refused one by one; of all together the number of channels could be right.
            tensor(program.nodes[all[0]].inputs[1])?.shape[0]
                == tensor(program.nodes[index].inputs[1])?.shape[0]
        else { return nil }
        return all[0]
    }

    /// Puts one convolution in the place of the first that the graph has, followed by the slices that stand
    /// for the outputs of all. Depthwise ones need not lie in the order of the heads before them. False where
    /// loading may not make that much; then nothing changes.
    private mutating func merge(_ indices: [Int], isDepthwise: Bool) -> Bool {
        let nodes = indices.map { program.nodes[$0] }
        guard let first = nodes[0].op as? Convolution, let input = nodes[0].inputs[0] else { return false }
        let weights = nodes.map { tensor($0.inputs[1])! }
        guard budget.spend(weights.reduce(0) { $0 + $1.byteCount }) else { return false }
        let channels = weights.reduce(0) { $0 + $1.shape[0] }
        let bias = nodes.indices.flatMap { index in
            (nodes[index].inputs.count > 2 ? tensor(nodes[index].inputs[2])?.floats : nil)
                ?? Array(repeating: 0, count: weights[index].shape[0])
        }
        let merged = newValue(named: nodes.map(\.name).joined(separator: " + "))
        let all = Tensor(shape: [channels] + weights[0].shape[1...], floats: weights.flatMap(\.floats))
        let weightsOfAll = program.addConstant(all, like: nil)
        // Whole numbers stay what they are, where all are.
        let known = nodes.indices.map { steps(of: nodes[$0], channels: weights[$0].shape[0]) }
        if known.allSatisfy({ $0 != nil }) {
            program.weightSteps[weightsOfAll] = WeightSteps(
                steps: Tensor(shape: [channels], floats: known.flatMap { $0! }), axis: 0)
        }
        var node = nodes[0]
        node.op = first.with(groups: isDepthwise ? channels : 1)
        node.inputs = [
            pieces[input]?.merged ?? input, weightsOfAll,
            program.addConstant(Tensor(shape: [channels], floats: bias), like: nil),
        ]
        node.outputs = [merged]
        node.name = program.valueNames[merged]
        var start = 0
        let slices = nodes.indices.map { index in
            let range = start..<start + weights[index].shape[0]
            start = range.upperBound
            return slice(of: merged, range, for: nodes[index])
        }
        for index in indices { replacements[index] = [] }
        replacements[indices.min()!] = [node] + slices
        return true
    }

    /// What the weights of each output channel are whole numbers of; nil where that is not known.
    private func steps(of node: ProgramNode, channels: Int) -> [Float]? {
        node.inputs[1].flatMap { program.weightSteps[$0] }?.perOutput(channels, axis: 0)
    }

    private mutating func slice(of merged: ValueID, _ channels: Range<Int>, for node: ProgramNode)
        -> ProgramNode
    {
        if let output = node.outputs[0] { pieces[output] = Piece(merged: merged, channels: channels) }
        return ProgramNode(
            name: "\(node.name) (slice)", operatorType: "Slice", op: ChannelSlice(channels: channels),
            inputs: [merged], outputs: node.outputs)
    }

    private mutating func newValue(named name: String) -> ValueID {
        program.valueNames.append(name)
        return program.valueNames.count - 1
    }

    /// The node, taking its channels from the merged value where it turns a piece to channels last.
    private func readingPieces(_ node: ProgramNode) -> ProgramNode {
        guard let transpose = node.op as? Transpose, transpose.isChannelsLast, let input = node.inputs[0],
            let piece = pieces[input]
        else { return node }
        var node = node
        node.op = ChannelsLast(channels: piece.channels)
        node.inputs = [piece.merged]
        return node
    }
}
