internal import Kernels

extension OperatorRegistry {
    /// Operators that find elements, or take them by indices.
    static let selections: [String: Entry] = [
        "GatherND": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try GatherNDOperator(reader)
        },
        "GatherElements": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try GatherElementsOperator(reader)
        },
        "ScatterND": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try ScatterNDOperator(reader)
        },
        "ArgMax": Entry { (reader) throws(Refusal) in try ExtremumPlaceOperator(reader, isMaximum: true) },
        "ArgMin": Entry { (reader) throws(Refusal) in try ExtremumPlaceOperator(reader, isMaximum: false) },
        "TopK": Entry { (reader) throws(Refusal) in try TopKOperator(reader) },
    ]
}

/// ONNX `GatherND`.
struct GatherNDOperator: Operator {
    private let batchDimensions: Int64

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        batchDimensions = reader.opset >= 12 ? try reader.int("batch_dims") ?? 0 : 0
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let data = try operands.required(0, "data")
        let indices = try IndexInput(operands, 1, "indices")
        guard let dimensions = Int(exactly: batchDimensions),
            (0..<max(1, min(data.shape.count, indices.shape.count))).contains(dimensions)
        else {
            throw Refusal("batch_dims", "\(batchDimensions) is not a number of first dimensions of both")
        }
        let gather = try refusing("indices") { () throws(KernelError) in
            try GatherND(data: data.shape, indices: indices.shape, batchDimensions: dimensions)
        }
        let output = try operands.limit.output(data.elementType, gather.outputShape)
        return PlannedStep(output, scratchBytes: indices.scratchBytes) { context throws(KernelError) in
            guard let list = indices.list(context).baseAddress else { return }
            try gather.run(
                input: context.input(0), elementType: output.elementType, indices: list,
                output: context.rawOutput())
        }
    }
}

/// ONNX `GatherElements`.
struct GatherElementsOperator: Operator {
    private let axis: Int64

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        axis = try reader.int("axis") ?? 0
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let data = try operands.required(0, "data")
        let indices = try IndexInput(operands, 1, "indices")
        let axis = try normalised(axis, rank: data.shape.count)
        let gather = try refusing("indices") { () throws(KernelError) in
            try GatherElements(data: data.shape, indices: indices.shape, axis: axis)
        }
        let output = try operands.limit.output(data.elementType, indices.shape)
        return PlannedStep(output, scratchBytes: indices.scratchBytes) { context throws(KernelError) in
            guard let list = indices.list(context).baseAddress else { return }
            try gather.run(
                input: context.input(0), elementType: output.elementType, indices: list,
                output: context.rawOutput(), pool: context.pool)
        }
    }
}

/// ONNX `ScatterND` that puts its updates in the place of what was there.
struct ScatterNDOperator: Operator {
    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 3...3)
        if reader.opset >= 16 { _ = try reader.choice("reduction", ["none": 0]) }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (data, updates) = (try operands.required(0, "data"), try operands.required(2, "updates"))
        let indices = try IndexInput(operands, 1, "indices")
        guard updates.elementType == data.elementType else {
            throw Refusal("updates", "is \(updates.elementType) where data is \(data.elementType)")
        }
        let scatter = try refusing("updates") { () throws(KernelError) in
            try ScatterND(data: data.shape, indices: indices.shape, updates: updates.shape)
        }
        let type = data.type
        return PlannedStep(type, scratchBytes: indices.scratchBytes, inPlace: [0]) {
            context throws(KernelError) in
            let output = context.rawOutput()
            // Without updates there is nothing to point at.
            guard updates.type.count > 0, let list = indices.list(context).baseAddress else {
                return output.copyMemory(from: context.input(0), byteCount: type.byteCount)
            }
            try scatter.run(
                data: context.input(0), elementType: type.elementType, indices: list,
                updates: context.input(2), output: output)
        }
    }
}

/// ONNX `ArgMax` and `ArgMin`.
struct ExtremumPlaceOperator: Operator {
    private let isMaximum: Bool
    private let axis: Int64
    private let keepsDimensions: Bool
    private let takesLast: Bool

    init(_ reader: AttributeReader, isMaximum: Bool) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        self.isMaximum = isMaximum
        axis = try reader.int("axis") ?? 0
        keepsDimensions = try reader.flag("keepdims", default: true)
        takesLast = reader.opset >= 12 ? try reader.flag("select_last_index") : false
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let axis = try normalised(axis, rank: input.shape.count)
        guard input.shape[axis] > 0 else { throw Refusal("data", "axis \(axis) has no elements") }
        let geometry = try refusing("axis") { () throws(KernelError) in
            try AxisGeometry(shape: input.shape, axis: axis)
        }
        let rest = input.shape[(axis + 1)...]
        let output = try operands.limit.output(
            .int64, input.shape[..<axis] + (keepsDimensions ? [1] : []) + rest)
        let place = ExtremumPlace(geometry, isMaximum: isMaximum, takesLast: takesLast)
        switch input.elementType {
        case .float32: return step(output, place, Float.self)
        case .float64: return step(output, place, Double.self)
        case .int64: return step(output, place, Int64.self)
        case .int32: return step(output, place, Int32.self)
        case .int8: return step(output, place, Int8.self)
        case .uint8: return step(output, place, UInt8.self)
        case .float16, .bool: throw Refusal("data", "element type \(input.elementType) is not supported")
        }
    }

    private func step<Element: Comparable & Sendable>(
        _ output: TensorType, _ place: ExtremumPlace, _ element: Element.Type
    ) -> PlannedStep {
        PlannedStep(output) { context in
            place.run(
                input: context.input(0).assumingMemoryBound(to: Element.self),
                output: context.rawOutput().assumingMemoryBound(to: Int64.self), pool: context.pool)
        }
    }
}

/// ONNX `TopK`: the number is an attribute before opset 10, an input since.
struct TopKOperator: Operator {
    private let count: Int64?
    private let axis: Int64
    private let takesLargest: Bool

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        let takesInput = reader.opset >= 10
        try reader.expect(inputs: takesInput ? 2...2 : 1...1, outputs: 2)
        axis = try reader.int("axis") ?? -1
        takesLargest = reader.opset >= 11 ? try reader.flag("largest", default: true) : true
        // Sorted they are in any case.
        if reader.opset >= 11 { _ = try reader.flag("sorted", default: true) }
        count = takesInput ? nil : try reader.int("k")
        if !takesInput, count == nil { throw Refusal("k", "the attribute is missing") }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "X")
        let axis = try normalised(axis, rank: input.shape.count)
        let given = if let count { [count] } else { try operands.integers(1, "K") ?? [] }
        guard given.count == 1, given[0] >= 0, given[0] <= Int64(input.shape[axis]) else {
            throw Refusal("K", "\(given) is not a number of the \(input.shape[axis]) elements of the axis")
        }
        let count = Int(given[0])
        let geometry = try refusing("axis") { () throws(KernelError) in
            try AxisGeometry(shape: input.shape, axis: axis)
        }
        var shape = input.shape
        shape[axis] = count
        let outputs = [
            try operands.limit.output(input.elementType, shape), try operands.limit.output(.int64, shape),
        ]
        let top = TopK(geometry, count: count, takesLargest: takesLargest)
        var step: PlannedStep
        switch input.elementType {
        case .float32: step = floatStep(outputs, top)
        case .int64: step = integerStep(outputs, top, Int64.self)
        case .int32: step = integerStep(outputs, top, Int32.self)
        case .int8: step = integerStep(outputs, top, Int8.self)
        case .uint8: step = integerStep(outputs, top, UInt8.self)
        case .float64, .float16, .bool:
            throw Refusal("X", "element type \(input.elementType) is not supported")
        }
        step.scratchBytes = top.scratchBytes(threads: operands.threads)
        return step
    }

    private func floatStep(_ outputs: [TensorType], _ top: TopK) -> PlannedStep {
        PlannedStep(outputs: outputs) { context in
            guard let scratch = context.scratch else { return }
            top.run(
                input: context.floats(0), values: context.wanted(0, as: Float.self),
                places: context.wanted(1, as: Int64.self), scratch: scratch, pool: context.pool)
        }
    }

    private func integerStep<Integer: FixedWidthInteger & Sendable>(
        _ outputs: [TensorType], _ top: TopK, _ integer: Integer.Type
    ) -> PlannedStep {
        PlannedStep(outputs: outputs) { context in
            guard let scratch = context.scratch else { return }
            top.run(
                input: context.input(0).assumingMemoryBound(to: Integer.self),
                values: context.wanted(0, as: Integer.self), places: context.wanted(1, as: Int64.self),
                scratch: scratch, pool: context.pool)
        }
    }
}
