internal import Kernels

/// Computes, ahead of the run, steps whose operands are all known.
struct ConstantFolder {
    /// Bytes that may still be made; a step that makes more is left for the run.
    private(set) var budget: Int

    /// One thread: what is folded is small or done once.
    private static let pool = WorkerPool(threads: 1)

    init(limit: Int) { budget = limit }

    /// The outputs of `step`, or nil where it has to run each time.
    mutating func fold(
        _ step: PlannedStep, node: ProgramNode, operands: Operands
    ) throws(InferenceError) -> [Tensor]? {
        if let constant = step.constant { return [constant] }
        var tensors: [Tensor?] = []
        for (position, input) in node.inputs.enumerated() {
            guard input != nil else {
                tensors.append(nil)
                continue
            }
            guard let constant = operands[position]?.constant else { return nil }
            tensors.append(constant)
        }
        // A node without inputs left has them packed away, and its first input is not constant.
        guard !tensors.isEmpty, step.alias != nil || spend(step) else { return nil }
        do { return try Self.outputs(of: step, tensors) } catch {
            throw node.fault(Refusal(nil, error.sentence))
        }
    }

    /// What a step makes of its operands, or nil where it is none that runs over planes by itself.
    static func outputs(of step: PlannedStep, _ inputs: [Tensor?]) throws(KernelError) -> [Tensor]? {
        if let constant = step.constant { return [constant] }
        if let alias = step.alias { return inputs[alias].map { [$0.reshaped(step.outputs[0].shape)] } }
        guard let body = step.body, step.blockedInputs == nil else { return nil }
        return try run(body, step, inputs)
    }

    private mutating func spend(_ step: PlannedStep) -> Bool {
        var cost = 0
        for type in step.outputs {
            guard let bytes = Tensor.byteCount(shape: type.shape, elementType: type.elementType) else {
                return false
            }
            let (sum, overflow) = cost.addingReportingOverflow(bytes)
            guard !overflow else { return false }
            cost = sum
        }
        guard cost <= budget, step.scratchBytes <= budget - cost else { return false }
        budget -= cost
        return true
    }

    private static func run(_ body: StepBody, _ step: PlannedStep, _ inputs: [Tensor?]) throws(KernelError)
        -> [Tensor]
    {
        let buffers = step.outputs.map { AlignedBuffer(byteCount: $0.byteCount) }
        let scratch = step.scratchBytes > 0 ? AlignedBuffer(byteCount: step.scratchBytes) : nil
        // The step gets bare addresses.
        defer { withExtendedLifetime((buffers, scratch)) {} }
        if step.outputs.contains(where: { $0.count > 0 }) {
            try inputs.withPointers { (pointers: [UnsafeRawPointer?]) throws(KernelError) in
                try body(
                    StepContext(
                        inputs: pointers, outputs: buffers.map(\.base), scratch: scratch?.base,
                        pool: ConstantFolder.pool))
            }
        }
        return zip(step.outputs, buffers).map { type, buffer in
            Tensor(
                shape: type.shape, elementType: type.elementType,
                copying: UnsafeRawBufferPointer(start: buffer.base, count: buffer.byteCount))
        }
    }
}

extension [Tensor?] {
    /// Lends pointers to the elements of all tensors at once.
    func withPointers<R, Failure: Error>(
        _ body: ([UnsafeRawPointer?]) throws(Failure) -> R
    ) throws(Failure) -> R {
        // Tensors share their memory, which lives as long as any of them; the array holds them until the end.
        defer { withExtendedLifetime(self) {} }
        return try body(map { $0?.withBytes { $0.baseAddress } })
    }
}

extension Program {
    /// Bytes that folding may make at load: constants of the graph, so a few times the size of weights.
    private static let foldingLimit = 1 << 30

    /// What a single constant may take.
    private static let foldingSizes = SizeLimit(maximumBytes: 4 << 30)

    /// Computes nodes whose inputs are all constants, whatever the model's inputs.
    mutating func foldConstants(_ budget: LoadBudget) throws(InferenceError) {
        let limit = min(Program.foldingLimit, budget.left)
        var folder = ConstantFolder(limit: limit)
        defer { _ = budget.spend(limit - folder.budget) }
        var kept: [ProgramNode] = []
        for node in nodes {
            guard let folded = try fold(node, &folder) else {
                kept.append(node)
                continue
            }
            for (position, output) in node.outputs.enumerated() {
                if let output, position < folded.count { constants[output] = folded[position] }
            }
            noteSteps(of: node)
        }
        nodes = kept
    }

    /// Keeps what the folded weights of a quantised layer are whole numbers of.
    private mutating func noteSteps(of node: ProgramNode) {
        guard let op = node.op as? DequantizeLinear, op.hasScale, let output = node.outputs[0],
            let scale = node.inputs[1].flatMap({ constants[$0] }), scale.elementType == .float32,
            let weights = constants[output], [2, 4].contains(weights.shape.count), weights.count > 0,
            let axis = op.granularity.axis(rank: weights.shape.count) ?? (scale.count == 1 ? 0 : nil)
        else { return }
        weightSteps[output] = WeightSteps(steps: scale, axis: axis)
    }

    private func fold(_ node: ProgramNode, _ folder: inout ConstantFolder) throws(InferenceError) -> [Tensor]?
    {
        var operands: [Operand?] = []
        for input in node.inputs {
            guard let input else {
                operands.append(nil)
                continue
            }
            guard let constant = constants[input] else { return nil }
            operands.append(
                Operand(type: TensorType(constant.elementType, constant.shape), constant: constant))
        }
        let all = Operands(all: operands, threads: 1, limit: Program.foldingSizes)
        let step: PlannedStep
        do {
            step = try node.op.plan(all)
            try Program.foldingSizes.check(step)
        } catch { throw node.fault(error) }
        for (position, output) in node.outputs.enumerated()
        where output != nil && position >= step.outputs.count {
            throw node.fault(Refusal("outputs", "there are \(node.outputs.count)"))
        }
        return try folder.fold(step, node: node, operands: all)
    }
}
