internal import Kernels

/// Merges what follows a convolution, fully connected layer or resize into its kernel: a residual addition,
/// an activation, a pool.
///
/// Only where the value between has one reader and is no output of the graph, so that nobody misses it.
struct StepFusion {
    private var draft: Draft
    private let outputs: Set<ValueID>
    /// Steps that read each value; a step stands twice where it reads a value twice.
    private var readers: [ValueID: [Int]] = [:]
    private var removed: Set<Int> = []

    /// Fuses what can be in `draft`.
    static func fuse(_ draft: inout Draft, outputs: [ValueID]) {
        var fusion = StepFusion(draft: draft, outputs: Set(outputs))
        // Backwards, so that of two convolutions that are added the later one takes the other's result; sums
        // and functions by themselves last, so that they take only what no convolution has.
        for isElementwise in [false, true] {
            for index in draft.steps.indices.reversed() { fusion.fuse(at: index, isElementwise) }
        }
        draft = fusion.result
    }

    private init(draft: Draft, outputs: Set<ValueID>) {
        (self.draft, self.outputs) = (draft, outputs)
        for (index, step) in draft.steps.enumerated() {
            for case .some(let input) in step.inputs { readers[input, default: []].append(index) }
        }
    }

    private var result: Draft {
        var result = draft
        result.steps = draft.steps.indices.filter { !removed.contains($0) }.map { draft.steps[$0] }
        return result
    }

    private mutating func fuse(at start: Int, _ isElementwise: Bool) {
        guard !removed.contains(start), let fusable = draft.steps[start].step.fusable,
            fusable.isElementwise == isElementwise
        else { return }
        var place = start
        if fusable.takesResidual, let next = onlyReader(of: place),
            let residual = residual(of: next, from: place),
            activation(behind: next).map(fusable.takes) ?? true
        {
            let position = draft.steps[place].inputs.count
            let step = fusable.fused(activation: .none, residualInput: position)
            move(place, to: next, as: step, inputs: draft.steps[place].inputs + [residual])
            place = fuseActivations(behind: next, fusable, residualInput: position)
        } else {
            place = fuseActivations(behind: place, fusable, residualInput: nil)
        }
        if let next = fusePool(behind: place) { place = next }
        fusePair(from: place)
    }

    /// Takes over the activation that follows, and the next one where the two are one; answers where the step
    /// goes.
    private mutating func fuseActivations(
        behind start: Int, _ fusable: any FusableStep, residualInput: Int?
    ) -> Int {
        var (place, all) = (start, Activation.none)
        while let next = onlyReader(of: place), let activation = activation(of: next, from: place),
            let both = all.followed(by: activation), fusable.takes(both)
        {
            let step = fusable.fused(activation: both, residualInput: residualInput)
            move(place, to: next, as: step, inputs: draft.steps[place].inputs)
            (place, all) = (next, both)
        }
        return place
    }

    /// Where the step goes that has the pool behind it; nil where there is none.
    private mutating func fusePool(behind place: Int) -> Int? {
        guard let next = onlyReader(of: place), let pool = draft.steps[next].step.maximum,
            let step = draft.steps[place].step.pooled?(pool, draft.steps[next].step.outputs[0])
        else { return nil }
        move(place, to: next, as: step, inputs: draft.steps[place].inputs)
        return next
    }

    /// Makes a pair of the step and the convolution that reads it, which has been fused with what is behind
    /// it.
    private mutating func fusePair(from place: Int) {
        // A convolution that only adds the value is no second one.
        guard let next = onlyReader(of: place), let second = draft.steps[next].step.convolution,
            draft.steps[next].inputs.first == draft.steps[place].outputs.first
        else { return }
        var inputs = draft.steps[place].inputs
        let residual = second.residualInput.map { (index: inputs.count, value: draft.steps[next].inputs[$0]) }
        guard let step = draft.steps[place].step.paired?(second, residual?.index) else { return }
        if let residual { inputs.append(residual.value) }
        let node = draft.steps[next].node
        move(place, to: next, as: step, inputs: inputs)
        draft.steps[next].secondNode = node
    }

    /// The activation that follows the step at `index`. A step that can't take it leaves the addition to one
    /// that takes both.
    private func activation(behind index: Int) -> Activation? {
        onlyReader(of: index).flatMap { activation(of: $0, from: index) }
    }

    /// The step that alone reads the output of the one at `index`.
    private func onlyReader(of index: Int) -> Int? {
        guard let output = draft.steps[index].outputs.first ?? nil, !outputs.contains(output),
            let all = readers[output], all.count == 1
        else { return nil }
        return all[0]
    }

    /// The other operand of the addition at `index`, where it has the shape of the output at `producer`.
    private func residual(of index: Int, from producer: Int) -> ValueID? {
        let step = draft.steps[index]
        guard isAddition(step), let made = draft.steps[producer].outputs[0],
            let other = step.inputs.compactMap({ $0 }).first(where: { $0 != made }),
            let type = draft.types[made], draft.types[other] == type, type.elementType == .float32
        else { return nil }
        return other
    }

    private func isAddition(_ step: DraftStep) -> Bool { step.step.isAddition && step.inputs.count == 2 }

    /// The activation that the step at `index` applies to the output at `producer`.
    private func activation(of index: Int, from producer: Int) -> Activation? {
        let step = draft.steps[index]
        guard let activation = step.activation, step.inputs.first == draft.steps[producer].outputs[0] else {
            return nil
        }
        return activation
    }

    /// Lets the step at `index` stand in for the one at `target`: its operands are made by then.
    private mutating func move(_ index: Int, to target: Int, as step: PlannedStep, inputs: [ValueID?]) {
        for case .some(let input) in Set(draft.steps[target].inputs) {
            readers[input]?.removeAll { $0 == target }
        }
        for case .some(let input) in Set(draft.steps[index].inputs) {
            readers[input]?.removeAll { $0 == index }
        }
        for case .some(let input) in inputs { readers[input, default: []].append(target) }
        draft.steps[target] = DraftStep(
            node: draft.steps[index].node, step: step, inputs: inputs, outputs: draft.steps[target].outputs,
            activation: nil)
        removed.insert(index)
    }
}
