internal import Kernels
internal import ONNX

/// Number of a value of a graph: its index among all of them.
typealias ValueID = Int

/// A node whose operator has been built and checked.
struct ProgramNode: Sendable {
    /// The node's name, or its place where it has none.
    var name: String
    var operatorType: String
    var op: any Operator
    /// nil where an optional input is left out.
    var inputs: [ValueID?]
    /// nil where an output is not named.
    var outputs: [ValueID?]

    /// What stands in profiles for moving this node's values between layouts.
    var reordering: ProgramNode {
        ProgramNode(
            name: "\(name) (layout)", operatorType: "Reorder", op: op, inputs: inputs, outputs: outputs)
    }

    /// What stands in profiles for this node and one that is run together with it.
    func together(with other: ProgramNode) -> ProgramNode {
        var both = self
        both.name = "\(name) + \(other.name)"
        return both
    }

    /// An error about this node.
    func fault(_ refusal: Refusal) -> InferenceError {
        if refusal.isLimit { return .limit("node \"\(name)\" (\(operatorType)) \(refusal.reason)") }
        return .node(
            NodeFault(
                node: name, operatorType: operatorType, attribute: refusal.attribute, reason: refusal.reason))
    }
}

/// An input or output of the graph.
struct GraphPort: Sendable {
    let value: ValueID
    let description: ValueDescription
}

/// A model after loading: validated, folded, fused as far as shapes have no say, weights packed.
struct Program: Sendable {
    var nodes: [ProgramNode]
    /// Values that are the same in every run.
    var constants: [ValueID: Tensor]
    let inputs: [GraphPort]
    let outputs: [GraphPort]
    /// Of weights that bytes were dequantised to, until they are packed.
    var weightSteps: [ValueID: WeightSteps] = [:]
    /// Names of the values, for errors.
    var valueNames: [String]
    /// Inputs (by index) whose elements decide shapes; plans are made for their values.
    var valueInputs: Set<Int> = []

    /// Prepares a model of so many bytes, data files included; it is not needed afterwards.
    init(
        _ model: Model, byteCount: Int, fusion: Bool, precision: Precision, pool: WorkerPool
    ) throws(InferenceError) {
        let budget = LoadBudget(fileBytes: byteCount)
        try self.init(model, budget, pool)
        try prepare(fusion: fusion, precision: precision, budget, pool)
    }

    /// The model's nodes as the file has them, but for what is constant.
    init(_ model: Model, _ budget: LoadBudget, _ pool: WorkerPool) throws(InferenceError) {
        self = try ProgramBuilder.build(model, pool)
        try foldConstants(budget)
    }

    /// Fuses what no shape has a say in, and packs weights.
    mutating func prepare(
        fusion: Bool, precision: Precision, _ budget: LoadBudget, _ pool: WorkerPool
    ) throws(InferenceError) {
        if fusion {
            fusePads()
            fuseQuantization()
            fuseDynamicQuantization(budget)
            try fuseBatchNormalizations(budget, pool)
            fuseSiblings(budget)
            fuseLinearLayers(budget)
            fuseGatedActivations()
            fuseGelus()
            fuseChannelsLast(budget)
            allowBlocks()
            try fuseLeadingNormalizations(precision, budget)
        }
        valueInputs = shapeDecidingInputs
        try packWeights(precision, pool, budget)
        weightSteps = [:]
        dropUnusedConstants()
    }

    init(
        nodes: [ProgramNode], constants: [ValueID: Tensor], inputs: [GraphPort], outputs: [GraphPort],
        valueNames: [String]
    ) {
        (self.nodes, self.constants, self.valueNames) = (nodes, constants, valueNames)
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// How many inputs of nodes each value is; a graph output counts as one more, so that it is never fused
    /// away.
    var useCounts: [Int] {
        var counts = [Int](repeating: 0, count: valueNames.count)
        for node in nodes { for case .some(let input) in node.inputs { counts[input] += 1 } }
        for output in outputs { counts[output.value] += 2 }
        return counts
    }

    /// The node that reads a value, of values that nodes read once.
    var solitaryReaders: [ValueID: Int] {
        let counts = useCounts
        var readers: [ValueID: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for case .some(let input) in node.inputs where counts[input] == 1 { readers[input] = index }
        }
        return readers
    }

    /// Lets convolutions be packed for the kernels over channel blocks.
    private mutating func allowBlocks() {
        for index in nodes.indices {
            guard var convolution = nodes[index].op as? Convolution else { continue }
            convolution.mayUseBlocks = true
            nodes[index].op = convolution
        }
    }

    private mutating func dropUnusedConstants() {
        let counts = useCounts
        constants = constants.filter { counts[$0.key] > 0 }
    }

    /// Packs node by node and lets go of weights as soon as nobody needs them, so that a large model is not
    /// in memory twice.
    private mutating func packWeights(
        _ precision: Precision, _ pool: WorkerPool, _ budget: LoadBudget
    ) throws(InferenceError) {
        var counts = useCounts
        for index in nodes.indices {
            let node = nodes[index]
            guard let packed = try pack(node, precision, pool, budget) else { continue }
            nodes[index].op = packed.operator
            for position in packed.absorbed where position < node.inputs.count {
                nodes[index].inputs[position] = nil
                guard let value = node.inputs[position] else { continue }
                counts[value] -= 1
                if counts[value] == 0 { constants[value] = nil }
            }
        }
    }

    private func pack(
        _ node: ProgramNode, _ precision: Precision, _ pool: WorkerPool, _ budget: LoadBudget
    ) throws(InferenceError) -> (operator: any Operator, absorbed: Set<Int>)? {
        var known: [Int: Tensor] = [:]
        for (position, input) in node.inputs.enumerated() {
            guard let input else { continue }
            if let tensor = constants[input] { known[position] = tensor } else if position > 0 { return nil }
        }
        var packing = Packing(constants: known, precision: precision, pool: pool, budget: budget)
        if node.inputs.count > 1 { packing.weightSteps = node.inputs[1].flatMap { weightSteps[$0] } }
        do { return try node.op.packed(packing) } catch { throw node.fault(error) }
    }
}
