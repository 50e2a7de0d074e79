internal import Kernels

extension OperatorRegistry {
    static let reductions: [String: Entry] = [
        "ReduceMean": reduction(.mean), "ReduceSum": reduction(.sum, axesInputSince: 13),
        "ReduceL2": reduction(.l2),
        "ReduceL1": reduction(.l1), "ReduceSumSquare": reduction(.sumSquare),
        "ReduceMax": reduction(.maximum),
        "ReduceMin": reduction(.minimum), "ReduceProd": reduction(.product),
    ]

    private static func reduction(_ operation: Reduction.Operation, axesInputSince: Int = 18) -> Entry {
        Entry { (reader) throws(Refusal) in
            try ReductionOperator(reader, operation, takesAxesInput: reader.opset >= axesInputSince)
        }
    }
}

/// ONNX `ReduceMean` and its kin, float32: axes are an attribute in older opsets, an input in newer ones.
struct ReductionOperator: Operator {
    let operation: Reduction.Operation
    let axes: [Int64]?
    let keepsDimensions: Bool
    /// Without axes nothing is reduced, instead of everything.
    let reducesNothingByDefault: Bool

    var valueInputs: Set<Int> { [1] }

    init(
        _ reader: AttributeReader, _ operation: Reduction.Operation, takesAxesInput: Bool
    ) throws(Refusal) {
        try reader.expect(inputs: 1...(takesAxesInput ? 2 : 1))
        self.operation = operation
        axes = takesAxesInput ? nil : try reader.ints("axes")
        keepsDimensions = try reader.flag("keepdims", default: true)
        reducesNothingByDefault = takesAxesInput ? try reader.flag("noop_with_empty_axes") : false
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "data")
        let given = if let axes { axes } else { try operands.integers(1, "axes") ?? [] }
        if given.isEmpty, reducesNothingByDefault { return unreduced(input.type) }
        let axes = try normalised(given, rank: input.shape.count)
        let reduction = try refusing { [operation] () throws(KernelError) in
            try Reduction(operation, shape: input.shape, axes: axes)
        }
        let output = TensorType(.float32, keepsDimensions ? reduction.keptShape : reduction.droppedShape)
        return PlannedStep(output) { context in
            reduction.run(input: context.floats(0), output: context.output(), pool: context.pool)
        }
    }

    /// What the operation makes of single elements.
    private func unreduced(_ type: TensorType) -> PlannedStep {
        switch operation {
        case .mean, .sum, .maximum, .minimum, .product: return PlannedStep(aliasing: 0, as: type)
        case .l1, .l2: return unreduced(type) { abs($0) }
        case .sumSquare: return unreduced(type) { $0 * $0 }
        }
    }

    private func unreduced(_ type: TensorType, _ body: @escaping @Sendable (Float) -> Float) -> PlannedStep {
        PlannedStep(type, inPlace: [0]) { context in
            let (input, output) = (context.floats(0), context.output())
            for index in 0..<type.count { output[index] = body(input[index]) }
        }
    }
}
