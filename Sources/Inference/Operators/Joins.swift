internal import Kernels

/// ONNX `Concat`.
struct Concatenation: Operator {
    let axis: Int64

    init(_ reader: AttributeReader, inputs: ClosedRange<Int> = 1...4096) throws(Refusal) {
        try reader.expect(inputs: inputs)
        guard let axis = try reader.int("axis") else { throw Refusal("axis", "the attribute is missing") }
        self.axis = axis
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let first = try operands.required(0, "inputs")
        let axis = try normalised(axis, rank: first.shape.count)
        let size = first.elementType.byteCount
        var shape = first.shape
        shape[axis] = 0
        var (runs, parts): ([Int], [TensorType]) = ([], [])
        for index in 0..<operands.count {
            let part = try operands.required(index, "inputs")
            try Concatenation.check(part, fits: first, axis: axis, index: index)
            let (extent, overflow) = shape[axis].addingReportingOverflow(part.shape[axis])
            guard !overflow else { throw Refusal("inputs", "the result is too large") }
            shape[axis] = extent
            runs.append(part.shape[axis...].reduce(size, *))
            parts.append(part.type)
        }
        let output = TensorType(first.elementType, shape)
        var step = step(output, outer: shape[..<axis].reduce(1, *), runs)
        if axis == 1 { step.overBlocks = ChannelMoves.join(parts, output) }
        return step
    }

    private static func check(_ part: Operand, fits first: Operand, axis: Int, index: Int) throws(Refusal) {
        let fits =
            part.shape.count == first.shape.count
            && part.shape.indices.allSatisfy { $0 == axis || part.shape[$0] == first.shape[$0] }
        guard fits, part.elementType == first.elementType else {
            throw Refusal(
                "inputs",
                "input \(index), \(part.elementType) of \(part.shape), does not fit \(first.elementType) of \(first.shape)"
            )
        }
    }

    private func step(_ output: TensorType, outer: Int, _ runs: [Int]) -> PlannedStep {
        PlannedStep(output) { context in
            // Empty parts have nothing to give, and may have no memory.
            let parts = runs.indices.filter { runs[$0] > 0 }
                .map { (base: context.input($0), runBytes: runs[$0]) }
            Concat.join(outer: outer, parts: parts, output: context.rawOutput(), pool: context.pool)
        }
    }
}

/// ONNX `Split`: sizes are an attribute before opset 13, an input since; without, equal parts.
struct Split: Operator {
    let axis: Int64
    let sizes: [Int64]?
    let outputCount: Int
    /// Since opset 18 the last part of an even split may be smaller.
    let allowsUneven: Bool

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...(reader.opset >= 13 ? 2 : 1), outputs: 4096)
        axis = try reader.int("axis") ?? 0
        sizes = reader.opset < 13 ? try reader.ints("split") : nil
        outputCount = reader.outputCount
        let declared = reader.opset >= 18 ? try reader.int("num_outputs") : nil
        if let declared, declared != Int64(outputCount) {
            throw Refusal("num_outputs", "is \(declared) where the node names \(outputCount) outputs")
        }
        allowsUneven = declared != nil
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        let axis = try normalised(axis, rank: input.shape.count)
        let given = if let sizes { sizes } else { try operands.integers(1, "split") }
        let extents = try extents(given, of: input.shape[axis])
        let outer = input.shape[..<axis].reduce(1, *)
        let inner = input.shape[(axis + 1)...].reduce(input.elementType.byteCount, *)
        let outputs = extents.map { (extent) in
            var shape = input.shape
            shape[axis] = extent
            return TensorType(input.elementType, shape)
        }
        var step = step(outputs, outer: outer, runs: extents.map { $0 * inner })
        if axis == 1 { step.overBlocks = ChannelMoves.cut(input.type, Split.ranges(extents)) }
        return step
    }

    private static func ranges(_ extents: [Int]) -> [Range<Int>] {
        var end = 0
        return extents.map { (extent) in
            end += extent
            return end - extent..<end
        }
    }

    private func extents(_ given: [Int64]?, of extent: Int) throws(Refusal) -> [Int] {
        if let given {
            guard given.count == outputCount, given.allSatisfy({ $0 >= 0 && $0 <= Int64(extent) }),
                given.reduce(0, +) == Int64(extent)
            else { throw Refusal("split", "\(given) do not make \(outputCount) parts of \(extent)") }
            return given.map { Int($0) }
        }
        let part = (extent + outputCount - 1) / outputCount
        let last = extent - part * (outputCount - 1)
        guard last == part || (allowsUneven && last >= 0) else {
            throw Refusal("split", "\(extent) does not split into \(outputCount) equal parts")
        }
        return Array(repeating: part, count: outputCount - 1) + [last]
    }

    private func step(_ outputs: [TensorType], outer: Int, runs: [Int]) -> PlannedStep {
        PlannedStep(outputs: outputs) { context in
            guard outer > 0, runs.contains(where: { $0 > 0 }) else { return }
            // An output that nobody names has no memory.
            let parts = runs.enumerated().map { (base: context.outputs[$0], runBytes: $1) }
            Concat.split(outer: outer, input: context.input(0), parts: parts, pool: context.pool)
        }
    }
}
