extension Draft {
    /// Lets the readers of a value that is another one under a new name, of the same shape, read that one:
    /// what does nothing should not stand between two steps that fuse, nor between two that work on channel
    /// blocks.
    mutating func dropRenames(outputs: Set<ValueID>) {
        var originals: [ValueID: ValueID] = [:]
        steps = steps.compactMap { step in
            var step = step
            step.inputs = step.inputs.map { $0.map { originals[$0] ?? $0 } }
            guard let alias = step.step.alias, let input = step.inputs[alias], step.outputs.count == 1,
                let output = step.outputs[0], !outputs.contains(output), types[input] == types[output]
            else { return step }
            originals[output] = input
            return nil
        }
    }
}
