internal import Kernels

extension OperatorRegistry {
    static let layerNormalisations: [String: Entry] = [
        "LayerNormalization": Entry(17...opsets.upperBound) { (reader) throws(Refusal) in
            try LayerNormalizationOperator(reader)
        },
        "InstanceNormalization": Entry { (reader) throws(Refusal) in
            try InstanceNormalizationOperator(reader)
        },
        "RMSNormalization": Entry(23...opsets.upperBound) { (reader) throws(Refusal) in
            try RootMeanSquareNormalization(reader)
        },
        "GroupNormalization": Entry(18...opsets.upperBound) { (reader) throws(Refusal) in
            try GroupNormalizationOperator(reader)
        },
    ]
}

/// ONNX `LayerNormalization` over all axes from one on, float32.
struct LayerNormalizationOperator: Operator {
    let axis: Int64
    let epsilon: Float
    /// Which of the outputs are named: the mean and the inverse deviation seldom are.
    let usedOutputs: [Bool]

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...3, outputs: 3)
        axis = try reader.int("axis") ?? -1
        epsilon = try reader.float("epsilon") ?? 1e-5
        // The type that sums are made in; 1 is float32.
        if let type = try reader.int("stash_type"), type != 1 {
            throw Refusal("stash_type", "sums in type \(type) are not supported")
        }
        usedOutputs = reader.usedOutputs
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "X")
        let axis = try normalised(axis, rank: input.shape.count)
        let shape = Array(input.shape[axis...])
        let layer = LayerNormalization(
            rows: input.shape[..<axis].reduce(1, *), count: shape.reduce(1, *), epsilon: epsilon)
        let scale = try spread(try operands.float(1, "Scale"), to: shape, "Scale")
        let shift =
            if operands[2] == nil { nil as StridedCopy?? } else {
                Optional(try spread(try operands.float(2, "B"), to: shape, "B"))
            }
        let rows = TensorType(.float32, input.shape[..<axis] + shape.map { _ in 1 })
        let outputs = usedOutputs.dropFirst().contains(true) ? [input.type, rows, rows] : [input.type]
        return step(layer, outputs, scale: scale, shift: shift)
    }

    /// What brings a parameter to the normalised shape; nil where it has it already.
    private func spread(_ operand: Operand, to shape: [Int], _ name: String) throws(Refusal) -> StridedCopy? {
        let broadcast = try refusing(name) { () throws(KernelError) in try Broadcast(shape, operand.shape) }
        guard broadcast.outputShape == shape else {
            throw Refusal(name, "shape \(operand.shape) does not broadcast to the normalised axes' \(shape)")
        }
        if operand.type.count == broadcast.count { return nil }
        return try refusing(name) { () throws(KernelError) in
            try StridedCopy.expand(shape: operand.shape, to: shape)
        }
    }

    /// `shift` is nil where the input is left out.
    private func step(
        _ layer: LayerNormalization, _ outputs: [TensorType], scale: StridedCopy?, shift: StridedCopy??
    ) -> PlannedStep {
        let room = layer.count * MemoryLayout<Float>.stride
        let inPlace: Set<Int> = outputs.count == 1 ? [0] : []
        var step = PlannedStep(outputs[0], scratchBytes: 2 * room, inPlace: inPlace) { context in
            guard layer.count > 0 else { return }
            func parameter(_ index: Int, _ copy: StridedCopy?, at offset: Int) -> UnsafePointer<Float> {
                guard let copy, let scratch = context.scratch else { return context.floats(index) }
                copy.run(
                    input: context.input(index), output: scratch + offset, elementType: .float32,
                    pool: context.pool)
                return UnsafePointer((scratch + offset).assumingMemoryBound(to: Float.self))
            }
            let statistics = (1...2).map { index in
                index < context.outputs.count
                    ? context.outputs[index]?.assumingMemoryBound(to: Float.self) : nil
            }
            layer.run(
                input: context.floats(0), scale: parameter(1, scale, at: 0),
                shift: shift.map { parameter(2, $0, at: room) }, output: context.output(),
                statistics: .init(mean: statistics[0], inverseDeviation: statistics[1]), pool: context.pool)
        }
        step.outputs = outputs
        if scale == nil, (shift ?? nil) == nil { step.scratchBytes = 0 }
        return step
    }
}

/// ONNX `InstanceNormalization`, float32.
struct InstanceNormalizationOperator: Operator {
    let epsilon: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 3...3)
        epsilon = try reader.float("epsilon") ?? 1e-5
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "input")
        guard input.shape.count >= 2 else { throw Refusal("input", "shape \(input.shape) has no channels") }
        let channels = input.shape[1]
        for (index, name) in [(1, "scale"), (2, "B")] {
            let shape = try operands.float(index, name).shape
            guard shape == [channels] else {
                throw Refusal(name, "shape \(shape) where [\(channels)] is needed")
            }
        }
        let layer = InstanceNormalization(
            batch: input.shape[0], channels: channels, planeCount: input.shape.dropFirst(2).reduce(1, *),
            epsilon: epsilon)
        return PlannedStep(input.type, inPlace: [0]) { context in
            layer.run(
                input: context.floats(0), scale: context.floats(1), shift: context.floats(2),
                output: context.output(), pool: context.pool)
        }
    }
}
