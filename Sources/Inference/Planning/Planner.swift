internal import Kernels

/// Makes plans: infers shapes, folds what has become constant, fuses, and lays out memory.
struct Planner {
    /// Dimensions that a value may have.
    static let maximumRank = 32

    /// Bytes that folding may make in one plan: shapes and the like. What is larger is computed in the run.
    private static let foldingLimit = 16 << 20

    let program: Program
    let options: Session.Options
    private var folder: ConstantFolder
    private var draft: Draft
    private var limit: SizeLimit { SizeLimit(maximumBytes: options.maximumArenaBytes) }

    /// The plan for `key`.
    static func plan(
        _ program: Program, key: PlanKey, options: Session.Options
    ) throws(InferenceError) -> Plan {
        var planner = Planner(program, options)
        try planner.bindInputs(key)
        for index in program.nodes.indices { try planner.planNode(index) }
        try planner.checkOutputs()
        planner.dropUnused()
        let outputs = program.outputs.map(\.value)
        if options.fusion {
            planner.draft.dropRenames(outputs: Set(outputs))
            planner.draft.fusePads(program, threads: options.threads, limit: planner.limit)
            StepFusion.fuse(&planner.draft, outputs: outputs)
        }
        LayoutPlanning.settle(&planner.draft, outputs: outputs)
        return try PlanBuilder.build(planner.draft, program: program, options: options)
    }

    /// Types of all values of a plan for `key`, and those that it knows before the run: what the plan of a
    /// program's derivative is made from.
    static func values(
        _ program: Program, key: PlanKey, options: Session.Options
    ) throws(InferenceError) -> (types: [TensorType?], constants: [ValueID: Tensor]) {
        guard key.shapes.count == program.inputs.count else {
            throw .invalidModel("it has \(program.inputs.count) inputs where \(key.shapes.count) is needed")
        }
        var planner = Planner(program, options)
        try planner.bindInputs(key)
        for index in program.nodes.indices { try planner.planNode(index) }
        try planner.checkOutputs()
        return (planner.draft.types, planner.draft.constants)
    }

    private init(_ program: Program, _ options: Session.Options) {
        (self.program, self.options) = (program, options)
        folder = ConstantFolder(limit: Planner.foldingLimit)
        draft = Draft(
            steps: [], types: Array(repeating: nil, count: program.valueNames.count),
            constants: program.constants)
        for (value, tensor) in program.constants {
            draft.types[value] = TensorType(tensor.elementType, tensor.shape)
        }
    }

    /// Checks the inputs against what the model declares and takes their types.
    private mutating func bindInputs(_ key: PlanKey) throws(InferenceError) {
        for (index, port) in program.inputs.enumerated() {
            let (shape, name) = (key.shapes[index], port.description.name)
            try check(shape, of: port.description)
            let type = TensorType(port.description.elementType, shape)
            guard limit.bytes(type.elementType, shape) != nil else {
                throw .limit("input \"\(name)\" of shape \(shape) is over \(options.maximumArenaBytes) bytes")
            }
            draft.types[port.value] = type
            guard let value = key.values[index] else { continue }
            draft.constants[port.value] = Tensor(shape: shape, elementType: type.elementType, bytes: value)
        }
    }

    private func check(_ shape: [Int], of input: ValueDescription) throws(InferenceError) {
        guard shape.count <= Planner.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
            throw .input(name: input.name, reason: "\(shape) is not a shape")
        }
        guard let declared = input.dimensions else { return }
        let text = "[\(declared.map(\.description).joined(separator: ", "))]"
        guard declared.count == shape.count else {
            throw .input(name: input.name, reason: "has shape \(shape), the model declares \(text)")
        }
        for (axis, dimension) in declared.enumerated() {
            guard case .fixed(let size) = dimension, size != shape[axis] else { continue }
            throw .input(
                name: input.name,
                reason: "has shape \(shape), the model declares \(text) with axis \(axis) fixed")
        }
    }

    private mutating func planNode(_ index: Int) throws(InferenceError) {
        let node = program.nodes[index]
        let operands = Operands(
            all: node.inputs.map { $0.flatMap(operand) }, threads: options.threads, limit: limit)
        let step: PlannedStep
        do { step = try node.op.plan(operands) } catch { throw node.fault(error) }
        try check(step, of: node)
        for (position, output) in node.outputs.enumerated() {
            guard let output, position < step.outputs.count else { continue }
            draft.types[output] = step.outputs[position]
        }
        if let folded = try folder.fold(step, node: node, operands: operands) {
            for (position, output) in node.outputs.enumerated() {
                if let output, position < folded.count { draft.constants[output] = folded[position] }
            }
            return
        }
        draft.steps.append(
            DraftStep(
                node: index, step: step, inputs: node.inputs, outputs: node.outputs,
                activation: node.op.activation(operands)))
    }

    private func operand(_ value: ValueID) -> Operand? {
        draft.types[value].map { Operand(type: $0, constant: draft.constants[value]) }
    }

    /// Holds the step to what the node names and to the size limit, before any memory of that size is asked
    /// for.
    private func check(_ step: PlannedStep, of node: ProgramNode) throws(InferenceError) {
        guard node.outputs.indices.allSatisfy({ node.outputs[$0] == nil || $0 < step.outputs.count }) else {
            throw node.fault(
                Refusal("outputs", "there are \(node.outputs.count), supported are \(step.outputs.count)"))
        }
        do { try limit.check(step) } catch { throw node.fault(error) }
    }

    private func checkOutputs() throws(InferenceError) {
        for port in program.outputs {
            guard let type = draft.types[port.value] else {
                throw .invalidModel("output \"\(port.description.name)\" is made by no node")
            }
            guard type.elementType == port.description.elementType else {
                throw .invalidModel(
                    "output \"\(port.description.name)\" is declared \(port.description.elementType) but is"
                        + " \(type.elementType)")
            }
        }
    }

    /// Leaves out steps whose outputs nobody reads.
    private mutating func dropUnused() {
        var wanted = Set(program.outputs.map(\.value))
        var kept: [DraftStep] = []
        for step in draft.steps.reversed()
        where step.outputs.contains(where: { $0.map(wanted.contains) ?? false }) {
            kept.append(step)
            for case .some(let input) in step.inputs where draft.constants[input] == nil {
                wanted.insert(input)
            }
        }
        draft.steps = kept.reversed()
    }
}
