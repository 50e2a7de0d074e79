/// As `fusePads` does at load, for a `Pad` whose amounts follow from `Shape`: for concrete shapes they are
/// constants as well. So exporters write TensorFlow's SAME for images of any size.
///
/// Comes before steps are fused, so that what makes the image and the convolution meet.
extension Draft {
    /// Makes every `Pad` of zeros that one convolution alone reads that convolution's border.
    mutating func fusePads(_ program: Program, threads: Int, limit: SizeLimit) {
        var readers: [ValueID: [Int]] = [:]
        for (index, step) in steps.enumerated() {
            for case .some(let input) in step.inputs { readers[input, default: []].append(index) }
        }
        let outputs = Set(program.outputs.map(\.value))
        var windows: [Int: WindowAttributes] = [:]
        var spent: Set<Int> = []
        func operands(_ inputs: [ValueID?]) -> Operands {
            Operands(
                all: inputs.map { input in
                    input.flatMap { value in
                        types[value].map { Operand(type: $0, constant: constants[value]) }
                    }
                }, threads: threads, limit: limit)
        }
        // Backwards, so that of two in a row the second is gone when the first is looked at.
        for index in steps.indices.reversed() {
            let pad = steps[index]
            guard let op = program.nodes[pad.node].op as? Padding, let input = pad.inputs[0],
                let output = pad.outputs[0], !outputs.contains(output), let rank = types[input]?.shape.count,
                let reader = readers[output]?.first, readers[output]?.count == 1,
                steps[reader].inputs[0] == output,
                let convolution = program.nodes[steps[reader].node].op as? Convolution,
                convolution.border == nil, let zeros = op.zeros(operands(pad.inputs), rank: rank),
                let window = (windows[reader] ?? convolution.window).reaching(over: zeros)
            else { continue }
            let inputs = [input] + steps[reader].inputs.dropFirst()
            // One that takes too much so is left as it was.
            guard let step = try? convolution.with(window: window).plan(operands(inputs)),
                (try? limit.check(step)) != nil
            else { continue }
            (steps[reader].step, steps[reader].inputs, windows[reader]) = (step, inputs, window)
            if let index = readers[input]?.firstIndex(of: index) { readers[input]?[index] = reader }
            spent.insert(index)
        }
        steps = steps.indices.filter { !spent.contains($0) }.map { steps[$0] }
    }
}
