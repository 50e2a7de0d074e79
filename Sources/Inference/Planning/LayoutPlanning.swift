internal import Kernels

/// Settles in which layout each value lies: steps that work on channel blocks read and write blocks, all
/// others planes, and where a value is wanted in the layout that it does not have, a step that reorders it
/// stands between.
///
/// A reordered copy is made once, however many want it, and only if anybody does: between two convolutions
/// there is none, nor where what stands between them (a pool, an addition, a gate, a resize) can work on
/// blocks as well.
struct LayoutPlanning {
    private var draft: Draft
    private var steps: [DraftStep] = []
    /// The value that holds a value's elements in blocks.
    private var blocks: [ValueID: ValueID] = [:]
    /// Values whose planes are there.
    private var hasPlanes: Set<ValueID> = []

    /// Rewrites `draft` so that every step finds its operands in its layout; outputs of the graph are planes.
    static func settle(_ draft: inout Draft, outputs: [ValueID]) {
        guard draft.steps.contains(where: { $0.step.blockedInputs != nil }) else { return }
        var planning = LayoutPlanning(draft)
        for step in draft.steps { planning.add(step) }
        for output in outputs { planning.needPlanes(of: output, for: nil) }
        planning.draft.steps = planning.steps
        draft = planning.draft
    }

    private init(_ draft: Draft) {
        self.draft = draft
        let made = Set(draft.steps.flatMap { $0.outputs.compactMap { $0 } })
        hasPlanes = Set(draft.types.indices).subtracting(made)
    }

    private mutating func add(_ step: DraftStep) {
        var step = step
        if let form = formOverBlocks(step) { step.step = form }
        guard let blockedInputs = step.step.blockedInputs else {
            for case .some(let input) in step.inputs { needPlanes(of: input, for: step) }
            for case .some(let output) in step.outputs { hasPlanes.insert(output) }
            steps.append(step)
            return
        }
        for (position, input) in step.inputs.enumerated() {
            guard let input else { continue }
            if blockedInputs.contains(position) {
                step.inputs[position] = blocked(input, for: step)
            } else {
                needPlanes(of: input, for: step)
            }
        }
        guard step.step.writesBlocks else {
            for case .some(let output) in step.outputs { hasPlanes.insert(output) }
            steps.append(step)
            return
        }
        // Images are in blocks; numbers that a step tells beside them are not.
        for (position, type) in step.step.outputs.enumerated() where type.shape.count == 4 {
            step.step.outputs[position] = TensorType(type.elementType, ChannelBlocks.shape(of: type.shape))
            guard position < step.outputs.count, let output = step.outputs[position] else { continue }
            let value = newValue(step.step.outputs[position])
            blocks[output] = value
            step.outputs[position] = value
        }
        steps.append(step)
    }

    /// The step over blocks, where it has such a form and what it would read so is in blocks already: all but
    /// single pixels, which cost nothing to reorder.
    private func formOverBlocks(_ step: DraftStep) -> PlannedStep? {
        guard let form = step.step.overBlocks?(), let blocked = form.blockedInputs else { return nil }
        let operands = blocked.compactMap { step.inputs[$0] }
        guard operands.count == blocked.count, operands.contains(where: { blocks[$0] != nil }),
            operands.allSatisfy({ blocks[$0] != nil || isPixel($0) })
        else { return nil }
        return form
    }

    private func isPixel(_ value: ValueID) -> Bool {
        draft.types[value].map { $0.shape.count == 4 && $0.shape[2] * $0.shape[3] == 1 } ?? false
    }

    private mutating func newValue(_ type: TensorType) -> ValueID {
        draft.types.append(type)
        return draft.types.count - 1
    }

    /// The value in blocks, reordered before `step` where it is not there yet.
    private mutating func blocked(_ value: ValueID, for step: DraftStep) -> ValueID {
        if let known = blocks[value] { return known }
        guard let type = draft.types[value] else { preconditionFailure("value \(value) has no type") }
        let shape = type.shape
        let target = newValue(TensorType(type.elementType, ChannelBlocks.shape(of: shape)))
        blocks[value] = target
        let reorder = PlannedStep(draft.types[target]!) { context in
            ChannelBlocks.blocks(
                from: context.floats(0), batch: shape[0], channels: shape[1], plane: shape[2] * shape[3],
                to: context.output(), pool: context.pool)
        }
        steps.append(
            DraftStep(
                node: step.node, step: reorder, inputs: [value], outputs: [target], activation: nil,
                isReordering: true))
        return target
    }

    /// Sees to it that the planes of `value` are there before `step`, or at the end of all.
    private mutating func needPlanes(of value: ValueID, for step: DraftStep?) {
        guard !hasPlanes.contains(value), let source = blocks[value], let type = draft.types[value] else {
            return
        }
        hasPlanes.insert(value)
        let shape = type.shape
        let reorder = PlannedStep(type) { context in
            ChannelBlocks.planes(
                from: context.floats(0), batch: shape[0], channels: shape[1], plane: shape[2] * shape[3],
                to: context.output(), pool: context.pool)
        }
        let node = step?.node ?? steps.last?.node ?? 0
        steps.append(
            DraftStep(
                node: node, step: reorder, inputs: [source], outputs: [value], activation: nil,
                isReordering: true))
    }
}
