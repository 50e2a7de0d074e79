internal import Kernels

extension OperatorRegistry {
    static let arithmetic: [String: Entry] = [
        "Add": binary(.add), "Sub": binary(.subtract), "Mul": binary(.multiply), "Div": binary(.divide),
        "Pow": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Power()
        },
        "Min": variadic(.minimum), "Max": variadic(.maximum), "Sum": variadic(.add),
        "Mean": variadic(.add, divides: true),
    ]

    private static func binary(_ operation: BinaryOperation) -> Entry {
        Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Binary(operation: operation)
        }
    }

    private static func variadic(_ operation: BinaryOperation, divides: Bool = false) -> Entry {
        Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...4096)
            return Variadic(operation: operation, divides: divides)
        }
    }
}

/// A function of two elements, by NumPy's broadcasting; float32 and integers.
struct Binary: Operator {
    let operation: BinaryOperation

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (a, b) = (try operands.required(0, "A"), try operands.required(1, "B"))
        guard a.elementType == b.elementType else {
            throw Refusal("B", "is \(b.elementType) where A is \(a.elementType)")
        }
        let operation = operation
        let broadcast = try refusing { () throws(KernelError) in try Broadcast(a.shape, b.shape) }
        let body = try Binary.body(operation, broadcast, a.elementType, counts: (a.type.count, b.type.count))
        let type = try operands.limit.output(a.elementType, broadcast.outputShape)
        var inPlace: Set<Int> = []
        if a.shape == type.shape { inPlace.insert(0) }
        if b.shape == type.shape { inPlace.insert(1) }
        var step = PlannedStep(type, inPlace: inPlace) { context throws(KernelError) in
            try body(context.input(0), context.input(1), context.rawOutput(), context.pool)
        }
        step.isAddition = operation == .add
        // Both leave the channels that fill the last block finite.
        if operation == .add || operation == .multiply, a.shape == b.shape, a.shape.count == 4,
            a.elementType == .float32
        {
            step.overBlocks = { Binary.blockedStep(operation, type) }
            if operation == .add { step.fusable = Addition(type: type) }
        } else if let gate = Gate(operation, a.type, b.type, type, planes: body) {
            step = gate.fused(activation: .none, residualInput: nil)
        }
        return step
    }

    /// Of two images in channel blocks, element by element.
    private static func blockedStep(_ operation: BinaryOperation, _ type: TensorType) -> PlannedStep {
        let count = ChannelBlocks.shape(of: type.shape).reduce(1, *)
        return PlannedStep(blocks: [0, 1], type, inPlace: [0, 1]) { context in
            Elementwise.apply(
                operation, count: count, context.floats(0), context.floats(1), context.output(),
                pool: context.pool)
        }
    }

    /// The kernel for an element type, on raw pointers.
    typealias Body =
        @Sendable (UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer, WorkerPool)
        throws(KernelError) -> Void

    static func body(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ type: ElementType, counts: (Int, Int)
    ) throws(Refusal) -> Body {
        switch type {
        case .float32:
            return { a, b, output, pool in
                Elementwise.apply(
                    operation, broadcast, a.assumingMemoryBound(to: Float.self),
                    b.assumingMemoryBound(to: Float.self),
                    output.assumingMemoryBound(to: Float.self), pool: pool)
            }
        case .int64: return integerBody(operation, broadcast, Int64.self)
        case .int32: return integerBody(operation, broadcast, Int32.self)
        case .int8: return integerBody(operation, broadcast, Int8.self)
        case .uint8: return byteBody(operation, broadcast, counts)
        default: throw Refusal("A", "element type \(type) is not supported")
        }
    }

    /// Bytes by way of int32, whose low bits are the result's; memory for that is taken in the run, as
    /// nothing but small tensors is ever computed in bytes.
    private static func byteBody(_ operation: BinaryOperation, _ broadcast: Broadcast, _ counts: (Int, Int))
        -> Body
    {
        { a, b, output, pool throws(KernelError) in
            let wide = [counts.0, counts.1, broadcast.count].map { AlignedBuffer(byteCount: $0 * 4) }
            let numbers = wide.map { $0.base.assumingMemoryBound(to: Int32.self) }
            Cast.run(input: a, from: .uint8, output: wide[0].base, to: .int32, count: counts.0, pool: pool)
            Cast.run(input: b, from: .uint8, output: wide[1].base, to: .int32, count: counts.1, pool: pool)
            try Elementwise.apply(operation, broadcast, numbers[0], numbers[1], numbers[2])
            Cast.run(
                input: wide[2].base, from: .int32, output: output, to: .uint8, count: broadcast.count,
                pool: pool)
            withExtendedLifetime(wide) {}
        }
    }

    private static func integerBody<Integer: FixedWidthInteger & SignedInteger & Sendable>(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ type: Integer.Type
    ) -> Body {
        { a, b, output, _ throws(KernelError) in
            try Elementwise.apply(
                operation, broadcast, a.assumingMemoryBound(to: Integer.self),
                b.assumingMemoryBound(to: Integer.self), output.assumingMemoryBound(to: Integer.self))
        }
    }
}

/// The sum of two images, which can have an activation at its end where no convolution takes it over.
private struct Addition: FusableStep {
    let type: TensorType

    var takesResidual: Bool { false }
    var isElementwise: Bool { true }

    func takes(_ activation: Activation) -> Bool { !activation.isPerChannel }

    func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
        func step(_ blocks: Set<Int>?, count: Int) -> PlannedStep {
            var step = PlannedStep(type, inPlace: [0, 1]) { context in
                Elementwise.apply(
                    activation, context.floats(0), adding: context.floats(1), context.output(), count: count,
                    pool: context.pool)
            }
            step.blockedInputs = blocks
            return step
        }
        var planes = step(nil, count: type.count)
        let form = step([0, 1], count: ChannelBlocks.shape(of: type.shape).reduce(1, *))
        planes.overBlocks = { form }
        return planes
    }
}

/// ONNX `Pow`, whose operands may be of two types: the result has the base's.
struct Power: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (base, exponent) = (try operands.required(0, "X"), try operands.required(1, "Y"))
        if base.elementType == exponent.elementType { return try Binary(operation: .power).plan(operands) }
        for (operand, name) in [(base, "X"), (exponent, "Y")] {
            guard [.float32, .int64, .int32].contains(operand.elementType) else {
                throw Refusal(name, "element type \(operand.elementType) is not supported")
            }
        }
        let broadcast = try refusing { () throws(KernelError) in try Broadcast(base.shape, exponent.shape) }
        let output = try operands.limit.output(base.elementType, broadcast.outputShape)
        return mixedStep(base.type, exponent.type, broadcast, output)
    }

    /// Both operands as float32 in scratch memory, and the result back.
    private func mixedStep(
        _ base: TensorType, _ exponent: TensorType, _ broadcast: Broadcast, _ output: TensorType
    ) -> PlannedStep {
        let size = MemoryLayout<Float>.stride
        let offsets = [0, base.count * size, (base.count + exponent.count) * size]
        return PlannedStep(output, scratchBytes: offsets[2] + output.count * size) { context in
            guard let scratch = context.scratch else { return }
            for (index, type) in [base, exponent].enumerated() {
                Cast.run(
                    input: context.input(index), from: type.elementType, output: scratch + offsets[index],
                    to: .float32, count: type.count, pool: context.pool)
            }
            let result = (scratch + offsets[2]).assumingMemoryBound(to: Float.self)
            Elementwise.apply(
                .power, broadcast, UnsafePointer(scratch.assumingMemoryBound(to: Float.self)),
                UnsafePointer((scratch + offsets[1]).assumingMemoryBound(to: Float.self)), result,
                pool: context.pool)
            Cast.run(
                input: result, from: .float32, output: context.rawOutput(), to: output.elementType,
                count: output.count, pool: context.pool)
        }
    }
}

/// ONNX `Min`, `Max`, `Sum` and `Mean` of any number of inputs.
struct Variadic: Operator {
    let operation: BinaryOperation
    /// Whether the result is divided by the number of inputs.
    let divides: Bool

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let first = try operands.required(0, "data_0")
        let output = try operands.limit.output(first.elementType, try outputShape(operands))
        if divides, first.elementType != .float32 {
            throw Refusal("data_0", "element type \(first.elementType) is not supported")
        }
        let spread = try refusing { () throws(KernelError) in
            try StridedCopy.expand(shape: first.shape, to: output.shape)
        }
        var bodies: [Binary.Body] = []
        for index in 1..<max(operands.count, 1) {
            let shape = try operands.required(index, "data_\(index)").shape
            let broadcast = try refusing { () throws(KernelError) in try Broadcast(output.shape, shape) }
            let counts = (output.count, try operands.required(index, "data_\(index)").type.count)
            bodies.append(try Binary.body(operation, broadcast, output.elementType, counts: counts))
        }
        return step(output, spread, bodies)
    }

    private func outputShape(_ operands: Operands) throws(Refusal) -> [Int] {
        let first = try operands.required(0, "data_0")
        var shape = first.shape
        for index in 1..<max(operands.count, 1) {
            let next = try operands.required(index, "data_\(index)")
            guard next.elementType == first.elementType else {
                throw Refusal(
                    "data_\(index)", "is \(next.elementType) where the first is \(first.elementType)")
            }
            let current = shape
            shape = try refusing { () throws(KernelError) in try Broadcast(current, next.shape).outputShape }
        }
        return shape
    }

    private func step(_ output: TensorType, _ spread: StridedCopy, _ bodies: [Binary.Body]) -> PlannedStep {
        let divisor: Float? = divides ? Float(bodies.count + 1) : nil
        return PlannedStep(output) { context throws(KernelError) in
            let target = context.rawOutput()
            spread.run(
                input: context.input(0), output: target, elementType: output.elementType, pool: context.pool)
            for (index, body) in bodies.enumerated() {
                try body(UnsafeRawPointer(target), context.input(index + 1), target, context.pool)
            }
            guard let divisor else { return }
            for index in 0..<output.count { context.output()[index] /= divisor }
        }
    }
}
