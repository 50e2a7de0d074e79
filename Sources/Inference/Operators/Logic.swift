internal import Kernels

extension OperatorRegistry {
    static let logic: [String: Entry] = [
        "Equal": comparison(.equal), "Less": comparison(.less), "Greater": comparison(.greater),
        "LessOrEqual": comparison(.lessOrEqual, since: 12),
        "GreaterOrEqual": comparison(.greaterOrEqual, since: 12),
        "And": logical(.and), "Or": logical(.or), "Xor": logical(.exclusiveOr),
        "Not": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Negation()
        },
        "Where": Entry(9...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 3...3)
            return Selection()
        },
    ]

    private static func comparison(
        _ operation: ComparisonOperation, since opset: Int = opsets.lowerBound
    ) -> Entry {
        Entry(opset...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Comparison(operation: operation)
        }
    }

    private static func logical(_ operation: LogicalOperation) -> Entry {
        Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Logical(operation: operation)
        }
    }
}

extension Operands {
    /// The input at `index`, which must be there and hold truth values.
    fileprivate func bool(_ index: Int, _ name: String) throws(Refusal) -> Operand {
        let operand = try required(index, name)
        guard operand.elementType == .bool else {
            throw Refusal(name, "is \(operand.elementType) where bool is needed")
        }
        return operand
    }
}

/// ONNX `Equal`, `Less` and their kin, by NumPy's broadcasting; of numbers, `Equal` of truth values too.
struct Comparison: Operator {
    let operation: ComparisonOperation

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (a, b) = (try operands.required(0, "A"), try operands.required(1, "B"))
        guard a.elementType == b.elementType else {
            throw Refusal("B", "is \(b.elementType) where A is \(a.elementType)")
        }
        let broadcast = try refusing { () throws(KernelError) in try Broadcast(a.shape, b.shape) }
        let type = try operands.limit.output(.bool, broadcast.outputShape)
        switch a.elementType {
        case .float32: return step(type, broadcast, Float.self)
        case .float64: return step(type, broadcast, Double.self)
        case .int64: return step(type, broadcast, Int64.self)
        case .int32: return step(type, broadcast, Int32.self)
        case .int8: return step(type, broadcast, Int8.self)
        case .uint8: return step(type, broadcast, UInt8.self)
        case .bool: if operation == .equal { return step(type, broadcast, UInt8.self) }
        case .float16: break
        }
        throw Refusal("A", "element type \(a.elementType) is not supported")
    }

    private func step<Element: Comparable & Sendable>(
        _ type: TensorType, _ broadcast: Broadcast, _ element: Element.Type
    ) -> PlannedStep {
        let operation = operation
        return PlannedStep(type) { context in
            Elementwise.compare(
                operation, broadcast, context.input(0).assumingMemoryBound(to: Element.self),
                context.input(1).assumingMemoryBound(to: Element.self),
                context.rawOutput().assumingMemoryBound(to: UInt8.self), pool: context.pool)
        }
    }
}

/// ONNX `And`, `Or` and `Xor`, by NumPy's broadcasting.
struct Logical: Operator {
    let operation: LogicalOperation

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (a, b) = (try operands.bool(0, "A"), try operands.bool(1, "B"))
        let broadcast = try refusing { () throws(KernelError) in try Broadcast(a.shape, b.shape) }
        let operation = operation
        return PlannedStep(try operands.limit.output(.bool, broadcast.outputShape)) { context in
            Elementwise.apply(
                operation, broadcast, context.input(0).assumingMemoryBound(to: UInt8.self),
                context.input(1).assumingMemoryBound(to: UInt8.self),
                context.rawOutput().assumingMemoryBound(to: UInt8.self), pool: context.pool)
        }
    }
}

/// ONNX `Not`.
struct Negation: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.bool(0, "X").type
        return PlannedStep(type, inPlace: [0]) { context in
            let input = context.input(0).assumingMemoryBound(to: UInt8.self)
            let output = context.rawOutput().assumingMemoryBound(to: UInt8.self)
            for index in 0..<type.count { output[index] = input[index] == 0 ? 1 : 0 }
        }
    }
}

/// ONNX `Where`, of any element type; all three operands are broadcast.
struct Selection: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (x, y) = (try operands.required(1, "X"), try operands.required(2, "Y"))
        let condition = try operands.bool(0, "condition")
        guard x.elementType == y.elementType else {
            throw Refusal("Y", "is \(y.elementType) where X is \(x.elementType)")
        }
        let shape = try refusing { () throws(KernelError) in
            try Broadcast(condition.shape, try Broadcast(x.shape, y.shape).outputShape).outputShape
        }
        let type = try operands.limit.output(x.elementType, shape)
        return step(
            type, try [condition, x, y].map { (operand) throws(Refusal) in try spread(operand, to: shape) })
    }

    /// What brings an operand to the output's shape; nil where it has it already.
    private func spread(_ operand: Operand, to shape: [Int]) throws(Refusal) -> StridedCopy? {
        if operand.shape == shape { return nil }
        return try refusing { () throws(KernelError) in
            try StridedCopy.expand(shape: operand.shape, to: shape)
        }
    }

    /// Operands that are to be repeated are so in scratch memory: what is selected from is a mask or a shape,
    /// and small.
    private func step(_ type: TensorType, _ copies: [StridedCopy?]) -> PlannedStep {
        let types: [ElementType] = [.bool, type.elementType, type.elementType]
        // Truth values last, so that the elements lie where their size asks for.
        let room = type.byteCount
        let offsets = [2 * room, 0, room]
        let scratch = copies.contains { $0 != nil } ? 2 * room + type.count : 0
        return PlannedStep(type, scratchBytes: scratch) { context in
            let operands = copies.indices.map { index -> UnsafeRawPointer in
                guard let copy = copies[index], let scratch = context.scratch else {
                    return context.input(index)
                }
                let target = scratch + offsets[index]
                copy.run(
                    input: context.input(index), output: target, elementType: types[index], pool: context.pool
                )
                return UnsafeRawPointer(target)
            }
            Elementwise.select(
                type.elementType, condition: operands[0].assumingMemoryBound(to: UInt8.self), operands[1],
                operands[2], context.rawOutput(), count: type.count, pool: context.pool)
        }
    }
}
