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

/// ONNX `ReduceMean` and its kin, float32 (extrema of small integers too): axes are an attribute in older
/// opsets, an input in newer ones.
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

    /// One over `axes`, which stay with an extent of 1.
    init(_ operation: Reduction.Operation, keeping axes: [Int64]) {
        (self.operation, self.axes) = (operation, axes)
        (keepsDimensions, reducesNothingByDefault) = (true, false)
    }

    /// One over `axes`, which go.
    init(_ operation: Reduction.Operation, dropping axes: [Int64]) {
        (self.operation, self.axes) = (operation, axes)
        (keepsDimensions, reducesNothingByDefault) = (false, false)
    }

    /// The output's shape with an extent of 1 on every reduced axis.
    func keptShape(_ operands: Operands) throws(Refusal) -> [Int] {
        let input = try operands.required(0, "data")
        let given = if let axes { axes } else { try operands.integers(1, "axes") ?? [] }
        if given.isEmpty, reducesNothingByDefault { return input.shape }
        let axes = try normalised(given, rank: input.shape.count)
        return try refusing { [operation] () throws(KernelError) in
            try Reduction(operation, shape: input.shape, axes: axes).keptShape
        }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let given = if let axes { axes } else { try operands.integers(1, "axes") ?? [] }
        if given.isEmpty, reducesNothingByDefault { return try unreduced(input.type) }
        let axes = try normalised(given, rank: input.shape.count)
        let isExtremum = operation == .maximum || operation == .minimum
        if isExtremum, (axes.isEmpty ? input.shape : axes.map { input.shape[$0] }).contains(0) {
            return try emptyExtremum(input, axes)
        }
        let reduction = try refusing { [operation] () throws(KernelError) in
            try Reduction(operation, shape: input.shape, axes: axes)
        }
        let shape = keepsDimensions ? reduction.keptShape : reduction.droppedShape
        switch input.elementType {
        case .float32:
            var step = PlannedStep(TensorType(.float32, shape)) { context in
                reduction.run(input: context.floats(0), output: context.output(), pool: context.pool)
            }
            // The mean of each plane, as squeeze-and-excitation is exported.
            if operation == .mean, keepsDimensions, input.shape.count == 4, Set(axes) == [2, 3],
                input.shape[2] * input.shape[3] > 0
            {
                step.overBlocks = { GlobalAveragePool.overBlocks(input.shape) }
            }
            return step
        case .bool, .uint8, .int8: if isExtremum { return narrowStep(reduction, input.type, shape) }
        default: break
        }
        throw Refusal("data", "element type \(input.elementType) is not supported")
    }

    /// The extremum of small integers, by way of float32, which holds them exactly.
    private func narrowStep(_ reduction: Reduction, _ input: TensorType, _ shape: [Int]) -> PlannedStep {
        let output = TensorType(input.elementType, shape)
        let inputBytes = input.count * MemoryLayout<Float>.stride
        let scratchBytes = inputBytes + output.count * MemoryLayout<Float>.stride
        return PlannedStep(output, scratchBytes: scratchBytes) { context in
            guard let scratch = context.scratch else { return }
            let wide = scratch.assumingMemoryBound(to: Float.self)
            Cast.run(
                input: context.input(0), from: input.elementType, output: scratch, to: .float32,
                count: input.count,
                pool: context.pool)
            reduction.run(input: UnsafePointer(wide), output: wide + input.count, pool: context.pool)
            Cast.run(
                input: wide + input.count, from: .float32, output: context.rawOutput(),
                to: output.elementType,
                count: output.count, pool: context.pool)
        }
    }

    /// The extremum of nothing: what leaves any other number as it is.
    private func emptyExtremum(_ input: Operand, _ axes: [Int]) throws(Refusal) -> PlannedStep {
        let sum = try refusing { () throws(KernelError) in try Reduction(.sum, shape: input.shape, axes: axes)
        }
        let output = TensorType(input.elementType, keepsDimensions ? sum.keptShape : sum.droppedShape)
        let isMaximum = operation == .maximum
        switch input.elementType {
        case .float32:
            return PlannedStep(output) { context in
                context.output().initialize(
                    repeating: isMaximum ? -.infinity : .infinity, count: output.count)
            }
        case .bool:
            return PlannedStep(output) { context in
                context.rawOutput().initializeMemory(
                    as: UInt8.self, repeating: isMaximum ? 0 : 1, count: output.count)
            }
        default: throw Refusal("data", "\(input.elementType) has no extremum of no elements")
        }
    }

    /// What the operation makes of single elements.
    private func unreduced(_ type: TensorType) throws(Refusal) -> PlannedStep {
        switch operation {
        case .mean, .sum, .maximum, .minimum, .product: return PlannedStep(aliasing: 0, as: type)
        case .l1, .l2: return try unreduced(type) { abs($0) }
        case .sumSquare: return try unreduced(type) { $0 * $0 }
        }
    }

    private func unreduced(
        _ type: TensorType, _ body: @escaping @Sendable (Float) -> Float
    ) throws(Refusal) -> PlannedStep {
        guard type.elementType == .float32 else {
            throw Refusal("data", "element type \(type.elementType) is not supported")
        }
        return PlannedStep(type, inPlace: [0]) { context in
            let (input, output) = (context.floats(0), context.output())
            for index in 0..<type.count { output[index] = body(input[index]) }
        }
    }
}
