internal import Kernels

/// Lays out the memory of a draft: which values share memory, and where in the arena each lies.
struct PlanBuilder {
    /// Where a value's elements are.
    enum Home: Equatable {
        case input(Int)
        case constant
        /// The block of memory of this number.
        case block(Int)
    }

    private let draft: Draft
    private let program: Program
    private var homes: [ValueID: Home] = [:]
    private var blocks: [MemoryPlanner.Block] = []
    private var scratch: [Int?] = []

    /// The plan for a draft.
    static func build(_ draft: Draft, program: Program, options: Session.Options) throws(InferenceError)
        -> Plan
    {
        var builder = PlanBuilder(draft: draft, program: program)
        builder.assignBlocks()
        guard let layout = MemoryPlanner.layout(builder.blocks), layout.byteCount <= options.maximumArenaBytes
        else {
            throw .limit("the intermediate values take more than \(options.maximumArenaBytes) bytes")
        }
        return builder.plan(layout, options)
    }

    private init(draft: Draft, program: Program) {
        (self.draft, self.program) = (draft, program)
        for (index, port) in program.inputs.enumerated() { homes[port.value] = .input(index) }
        for value in draft.constants.keys { homes[value] = .constant }
    }

    /// Gives each value a block: that of the value it renames, that of an operand it may overwrite, or a new
    /// one.
    private mutating func assignBlocks() {
        let lastUses = lastUsesThroughAliases()
        for (index, step) in draft.steps.enumerated() {
            for (position, output) in step.outputs.enumerated() {
                guard let output else { continue }
                homes[output] = home(of: output, at: position, step: index, lastUses)
            }
            guard step.step.scratchBytes > 0 else {
                scratch.append(nil)
                continue
            }
            scratch.append(blocks.count)
            blocks.append(MemoryPlanner.Block(bytes: step.step.scratchBytes, first: index, last: index))
        }
    }

    private mutating func home(
        of output: ValueID, at position: Int, step index: Int, _ lastUses: [ValueID: Int]
    ) -> Home {
        let step = draft.steps[index]
        if position == 0, let alias = step.step.alias, let input = step.inputs[alias], let home = homes[input]
        {
            return home
        }
        let bytes = step.step.outputs[position].byteCount
        let last = lastUses[output] ?? index
        if position == 0, let block = blockToOverwrite(step, index, bytes: bytes) {
            blocks[block].last = max(blocks[block].last, last)
            return .block(block)
        }
        blocks.append(MemoryPlanner.Block(bytes: bytes, first: index, last: last))
        return .block(blocks.count - 1)
    }

    /// A block of just these bytes that dies with this step, and that the step reads only where it may write.
    private func blockToOverwrite(_ step: DraftStep, _ index: Int, bytes: Int) -> Int? {
        for position in step.step.inPlaceInputs.sorted() where position < step.inputs.count {
            guard let input = step.inputs[position], case .block(let block)? = homes[input],
                blocks[block].last == index, blocks[block].bytes == bytes
            else { continue }
            let readElsewhere = step.inputs.indices.contains { other in
                guard !step.step.inPlaceInputs.contains(other), let value = step.inputs[other] else {
                    return false
                }
                return homes[value] == .block(block)
            }
            if !readElsewhere { return block }
        }
        return nil
    }

    /// The last step that reads each value, or a value that shares its memory by renaming; outputs of the
    /// graph are read after all steps.
    private func lastUsesThroughAliases() -> [ValueID: Int] {
        var last: [ValueID: Int] = [:]
        for (index, step) in draft.steps.enumerated() {
            for case .some(let input) in step.inputs { last[input] = index }
        }
        for port in program.outputs { last[port.value] = draft.steps.count }
        for step in draft.steps.reversed() {
            guard let alias = step.step.alias, let input = step.inputs[alias], let output = step.outputs[0]
            else { continue }
            last[input] = max(last[input] ?? 0, last[output] ?? 0)
        }
        return last
    }

    private func plan(_ layout: MemoryPlanner.Layout, _ options: Session.Options) -> Plan {
        var constants: [Tensor] = []
        var constantIndex: [ValueID: Int] = [:]
        func place(_ value: ValueID) -> Plan.Place {
            switch home(of: value) {
            case .input(let index): return .input(index)
            case .block(let block): return .arena(layout.offsets[block])
            case .constant:
                if let index = constantIndex[value] { return .constant(index) }
                guard let tensor = constantTensor(value) else {
                    preconditionFailure("value \(value) has no place")
                }
                constants.append(tensor)
                constantIndex[value] = constants.count - 1
                return .constant(constants.count - 1)
            }
        }
        let steps = draft.steps.enumerated().compactMap { index, step -> Plan.Step? in
            guard let body = step.step.body, step.step.outputs.contains(where: { $0.count > 0 }) else {
                return nil
            }
            return Plan.Step(
                node: node(of: step), body: body, inputs: step.inputs.map { $0.map(place) },
                outputs: step.outputs.map { $0.map(place) },
                scratch: scratch[index].map { layout.offsets[$0] }, note: note(of: step))
        }
        let outputs = program.outputs.map { port in
            guard let type = draft.types[port.value] else { preconditionFailure("an output has no type") }
            return Plan.Output(place: place(port.value), type: type)
        }
        return Plan(
            steps: steps, outputs: outputs, constants: constants, arenaBytes: layout.byteCount,
            idleArenas: options.idleArenas)
    }

    /// The node that profiles and errors name.
    private func node(of step: DraftStep) -> ProgramNode {
        let node = program.nodes[step.node]
        if step.isReordering { return node.reordering }
        return step.secondNode.map { node.together(with: program.nodes[$0]) } ?? node
    }

    /// The step's note, its shapes as they lie in memory where it has none of its own.
    private func note(of step: DraftStep) -> StepNote {
        var note = step.step.note
        guard note.shapes.isEmpty else { return note }
        let inputs = step.inputs.compactMap { $0 }.filter { draft.constants[$0] == nil }
        let sides = [inputs, step.outputs.compactMap { $0 }].map { values in
            values.map { value in
                draft.types[value]?.shape.map(\.description).joined(separator: "x") ?? ""
            }.joined(separator: ", ")
        }
        note.shapes = sides.joined(separator: " -> ")
        return note
    }

    private func home(of value: ValueID) -> Home {
        guard let home = homes[value] else {
            preconditionFailure("value \(value) has no home")
        }
        return home
    }

    /// A constant, or the constant that a value renames.
    private func constantTensor(_ value: ValueID) -> Tensor? { draft.constants[value] }
}
