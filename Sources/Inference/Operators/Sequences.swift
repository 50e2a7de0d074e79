internal import Kernels

extension OperatorRegistry {
    /// Operators that position encodings and masks are made of.
    static let sequences: [String: Entry] = [
        "Range": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 3...3)
            return RangeOperator()
        },
        "CumSum": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try CumulativeSumOperator(reader)
        },
        "Mod": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in try Modulo(reader) },
    ]
}

/// ONNX `Range`: float32, int64 or int32 from `start` to before `limit` by `delta`, all known before the run.
struct RangeOperator: Operator {
    var valueInputs: Set<Int> { [0, 1, 2] }

    private static let names = ["start", "limit", "delta"]

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.required(0, "start").elementType
        for (index, name) in RangeOperator.names.enumerated() {
            let operand = try operands.required(index, name)
            guard operand.elementType == type, operand.type.count == 1 else {
                throw Refusal(
                    name, "\(operand.elementType) of shape \(operand.shape) is not one number of \(type)")
            }
        }
        switch type {
        case .float32: return try floatStep(operands)
        case .int64, .int32: return try integerStep(operands, type)
        default: throw Refusal("start", "element type \(type) is not supported")
        }
    }

    private func floatStep(_ operands: Operands) throws(Refusal) -> PlannedStep {
        var values: [Float] = []
        for (index, name) in RangeOperator.names.enumerated() {
            values += try operands.floats(index, name) ?? []
        }
        let (start, delta) = (values[0], values[2])
        let count = ((Double(values[1]) - Double(start)) / Double(delta)).rounded(.up)
        // Also false where the quotient is no number.
        guard delta != 0, count < 0x1p40 else { throw Refusal("delta", "\(values) are not a range") }
        let type = try operands.limit.output(.float32, [Int(max(count, 0))])
        return PlannedStep(type) { context in
            let output = context.output()
            for index in 0..<type.count { output[index] = start + Float(index) * delta }
        }
    }

    private func integerStep(_ operands: Operands, _ type: ElementType) throws(Refusal) -> PlannedStep {
        var values: [Int64] = []
        for (index, name) in RangeOperator.names.enumerated() {
            values += try operands.integers(index, name) ?? []
        }
        let (start, delta) = (values[0], values[2])
        guard delta != 0 else { throw Refusal("delta", "\(values) are not a range") }
        let count = RangeOperator.count(start, values[1], delta)
        let output = try operands.limit.output(type, [count])
        return PlannedStep(output) { context in
            for index in 0..<output.count {
                let value = start &+ Int64(index) &* delta
                if type == .int64 {
                    context.rawOutput().assumingMemoryBound(to: Int64.self)[index] = value
                } else {
                    context.rawOutput().assumingMemoryBound(to: Int32.self)[index] = Int32(
                        truncatingIfNeeded: value)
                }
            }
        }
    }

    /// Numbers in the range; one that cannot be counted is over every limit.
    private static func count(_ start: Int64, _ limit: Int64, _ delta: Int64) -> Int {
        guard delta > 0 ? limit > start : limit < start else { return 0 }
        // As unsigned numbers, differences of any two integers fit.
        let distance = delta > 0 ? UInt64(bitPattern: limit &- start) : UInt64(bitPattern: start &- limit)
        return Int(clamping: (distance - 1) / delta.magnitude + 1)
    }
}

/// ONNX `CumSum`: float32, int64 and int32.
struct CumulativeSumOperator: Operator {
    let isExclusive: Bool
    let isReversed: Bool

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        isExclusive = try reader.flag("exclusive")
        isReversed = try reader.flag("reverse")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "x")
        guard let axes = try operands.integers(1, "axis"), axes.count == 1 else {
            throw Refusal("axis", "one axis is needed")
        }
        let axis = try normalised(axes[0], rank: input.shape.count)
        let geometry = try refusing("axis") { () throws(KernelError) in
            try AxisGeometry(shape: input.shape, axis: axis)
        }
        let sum = CumulativeSum(geometry, isExclusive: isExclusive, isReversed: isReversed)
        switch input.elementType {
        case .float32:
            return PlannedStep(input.type, inPlace: [0]) { context in
                sum.run(input: context.floats(0), output: context.output(), pool: context.pool)
            }
        case .int64: return integerStep(input.type, sum, Int64.self)
        case .int32: return integerStep(input.type, sum, Int32.self)
        default: throw Refusal("x", "element type \(input.elementType) is not supported")
        }
    }

    private func integerStep<Integer: FixedWidthInteger & Sendable>(
        _ type: TensorType, _ sum: CumulativeSum, _ integer: Integer.Type
    ) -> PlannedStep {
        PlannedStep(type, inPlace: [0]) { context in
            sum.run(
                input: context.input(0).assumingMemoryBound(to: Integer.self),
                output: context.rawOutput().assumingMemoryBound(to: Integer.self), pool: context.pool)
        }
    }
}

/// ONNX `Mod`: the divisor's sign, or with `fmod` the dividend's, the only one for float32.
struct Modulo: Operator {
    let isFloored: Bool

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        isFloored = try !reader.flag("fmod")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (a, b) = (try operands.required(0, "A"), try operands.required(1, "B"))
        guard a.elementType == b.elementType else {
            throw Refusal("B", "is \(b.elementType) where A is \(a.elementType)")
        }
        let broadcast = try refusing { () throws(KernelError) in try Broadcast(a.shape, b.shape) }
        let type = try operands.limit.output(a.elementType, broadcast.outputShape)
        switch a.elementType {
        case .float32:
            guard !isFloored else { throw Refusal("fmod", "must be 1 for float32") }
            return PlannedStep(type) { context in
                Elementwise.remainder(
                    broadcast, context.floats(0), context.floats(1), context.output(), pool: context.pool)
            }
        case .int64: return integerStep(type, broadcast, Int64.self)
        case .int32: return integerStep(type, broadcast, Int32.self)
        case .int8: return integerStep(type, broadcast, Int8.self)
        case .uint8: return integerStep(type, broadcast, UInt8.self)
        default: throw Refusal("A", "element type \(a.elementType) is not supported")
        }
    }

    private func integerStep<Integer: FixedWidthInteger & Sendable>(
        _ type: TensorType, _ broadcast: Broadcast, _ integer: Integer.Type
    ) -> PlannedStep {
        let isFloored = isFloored
        return PlannedStep(type) { context throws(KernelError) in
            try Elementwise.remainder(
                broadcast, isFloored: isFloored, context.input(0).assumingMemoryBound(to: Integer.self),
                context.input(1).assumingMemoryBound(to: Integer.self),
                context.rawOutput().assumingMemoryBound(to: Integer.self))
        }
    }
}
