internal import Kernels

extension OperatorRegistry {
    static let activations: [String: Entry] = [
        "Relu": unary(.relu), "Sigmoid": unary(.sigmoid), "Tanh": unary(.tanh), "Exp": unary(.exp),
        "Sqrt": unary(.sqrt), "Neg": unary(.negate), "Abs": unary(.absolute), "Floor": unary(.floor),
        "Ceil": unary(.ceil), "Log": unary(.log), "Reciprocal": unary(.reciprocal), "Cos": unary(.cos),
        "Sin": unary(.sin), "Softplus": unary(.softplus), "Erf": unary(.erf, since: 9),
        "Sign": unary(.sign, since: 9), "Round": unary(.round, since: 11),
        "HardSwish": unary(.hardSwish, since: 14),
        "Elu": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Unary(operation: .elu(alpha: try reader.float("alpha") ?? 1))
        },
        "Celu": Entry(12...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            let alpha = try reader.float("alpha") ?? 1
            guard alpha != 0, alpha.isFinite else { throw Refusal("alpha", "\(alpha) is divided by") }
            return Unary(operation: .celu(alpha: alpha))
        },
        "Softsign": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Softsign()
        },
        "ThresholdedRelu": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            try ThresholdedRelu(reader)
        },
        "Swish": Entry(24...opsets.upperBound) { (reader) throws(Refusal) in try Swish(reader) },
        "Selu": Entry { (reader) throws(Refusal) in try Selu(reader) },
        "Mish": Entry(18...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Mish()
        },
        "Gelu": Entry(20...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            let kinds: [String: UnaryOperation] = ["none": .gelu, "tanh": .geluByTangent]
            return Unary(operation: try reader.choice("approximate", kinds) ?? .gelu)
        },
        "LeakyRelu": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Unary(operation: .leakyRelu(alpha: try reader.float("alpha") ?? 0.01))
        },
        "HardSigmoid": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            let (alpha, beta) = (try reader.float("alpha") ?? 0.2, try reader.float("beta") ?? 0.5)
            return Unary(operation: .hardSigmoid(alpha: alpha, beta: beta))
        },
        "Clip": Entry { (reader) throws(Refusal) in try Clip(reader) },
        "PRelu": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return PRelu()
        },
    ]

    private static func unary(_ operation: UnaryOperation, since opset: Int = opsets.lowerBound) -> Entry {
        Entry(opset...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Unary(operation: operation)
        }
    }
}

/// A function of each element, float32.
struct Unary: Operator {
    let operation: UnaryOperation

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "X").type
        if let activation = activation(operands) {
            return ActivationStep(type: type, activation: activation).step
        }
        let operation = operation
        return PlannedStep(type, inPlace: [0]) { context in
            Elementwise.apply(
                operation, context.floats(0), context.output(), count: type.count, pool: context.pool)
        }
    }

    func activation(_ operands: Operands) -> Activation? {
        switch operation {
        case .relu: .relu
        case .leakyRelu(let alpha): .leakyRelu(alpha: alpha)
        case .sigmoid: .sigmoid
        case .silu: .silu
        case .hardSigmoid(let alpha, let beta): .hardSigmoid(alpha: alpha, beta: beta)
        case .hardSwish: .hardSwish
        case .tanh: .tanh
        case .erf: .erf
        case .gelu: .gelu
        case .geluByTangent: .geluByTangent
        default: nil
        }
    }
}

/// ONNX `Clip`: bounds are attributes before opset 11, inputs since.
struct Clip: Operator {
    /// The attributes' bounds; nil where bounds are inputs.
    let bounds: (low: Float, high: Float)?

    init(_ reader: AttributeReader) throws(Refusal) {
        if reader.opset < 11 {
            try reader.expect(inputs: 1...1)
            let low = try reader.float("min") ?? -.greatestFiniteMagnitude
            bounds = (low, try reader.float("max") ?? .greatestFiniteMagnitude)
        } else {
            try reader.expect(inputs: 1...3)
            bounds = nil
        }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        for (index, name) in [(1, "min"), (2, "max")] {
            guard let bound = operands[index] else { continue }
            guard bound.elementType == input.elementType, bound.type.count == 1 else {
                throw Refusal(name, "\(bound.elementType) of shape \(bound.shape) is not a bound")
            }
        }
        let (hasLow, hasHigh) = (operands[1] != nil, operands[2] != nil)
        switch input.elementType {
        case .float32: return floatStep(input.type, hasLow, hasHigh)
        case .int64: return Clip.integerStep(input.type, Int64.self, hasLow, hasHigh)
        case .int32: return Clip.integerStep(input.type, Int32.self, hasLow, hasHigh)
        case .int8: return Clip.integerStep(input.type, Int8.self, hasLow, hasHigh)
        case .uint8: return Clip.integerStep(input.type, UInt8.self, hasLow, hasHigh)
        default: throw Refusal("input", "element type \(input.elementType) is not supported")
        }
    }

    private func floatStep(_ type: TensorType, _ hasLow: Bool, _ hasHigh: Bool) -> PlannedStep {
        let bounds = bounds
        return PlannedStep(type, inPlace: [0]) { context in
            let low = bounds?.low ?? (hasLow ? context.floats(1)[0] : -.infinity)
            let high = bounds?.high ?? (hasHigh ? context.floats(2)[0] : .infinity)
            Elementwise.apply(
                .clip(low: low, high: high), context.floats(0), context.output(), count: type.count,
                pool: context.pool)
        }
    }

    private static func integerStep<Integer: FixedWidthInteger & Sendable>(
        _ type: TensorType, _ integer: Integer.Type, _ hasLow: Bool, _ hasHigh: Bool
    ) -> PlannedStep {
        PlannedStep(type, inPlace: [0]) { context in
            let input = context.input(0).assumingMemoryBound(to: Integer.self)
            let output = context.rawOutput().assumingMemoryBound(to: Integer.self)
            let low = hasLow ? context.input(1).load(as: Integer.self) : .min
            let high = hasHigh ? context.input(2).load(as: Integer.self) : .max
            for index in 0..<type.count { output[index] = min(max(input[index], low), high) }
        }
    }

    func activation(_ operands: Operands) -> Activation? {
        if let bounds { return .clip(low: bounds.low, high: bounds.high) }
        var limits = (low: -Float.infinity, high: Float.infinity)
        if let low = operands[1] {
            guard let value = low.scalar else { return nil }
            limits.low = value
        }
        if let high = operands[2] {
            guard let value = high.scalar else { return nil }
            limits.high = value
        }
        return .clip(low: limits.low, high: limits.high)
    }
}

extension Operand {
    /// The value of a constant float32 of one element.
    fileprivate var scalar: Float? {
        guard let constant, constant.elementType == .float32, constant.count == 1 else { return nil }
        return constant.withFloats { $0[0] }
    }
}

/// ONNX `PRelu`: the slope is broadcast to the input, never the other way.
struct PRelu: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (input, slope) = (try operands.float(0, "X"), try operands.float(1, "slope"))
        let broadcast = try refusing("slope") { () throws(KernelError) in
            try Broadcast(input.shape, slope.shape)
        }
        guard broadcast.outputShape == input.shape else {
            throw Refusal("slope", "shape \(slope.shape) does not broadcast to the input's \(input.shape)")
        }
        if let activation = activation(operands), input.shape.count == 4 {
            return ChannelStep(type: input.type, broadcast: broadcast, activation: activation)
                .fused(activation: .none, residualInput: nil)
        }
        return PlannedStep(input.type, inPlace: [0]) { context in
            Elementwise.prelu(
                broadcast, input: context.floats(0), slope: context.floats(1), output: context.output(),
                pool: context.pool)
        }
    }

    /// A slope for each channel of images, by itself.
    private struct ChannelStep: FusableStep {
        let type: TensorType
        let broadcast: Broadcast
        let activation: Activation

        var takesResidual: Bool { false }
        var isElementwise: Bool { true }

        func takes(_ next: Activation) -> Bool { activation.followed(by: next) != nil }

        func fused(activation next: Activation, residualInput: Int?) -> PlannedStep {
            let rounding = next.rounding
            var step = PlannedStep(type, inPlace: [0]) { [type, broadcast] context in
                Elementwise.prelu(
                    broadcast, input: context.floats(0), slope: context.floats(1), output: context.output(),
                    pool: context.pool)
                guard let rounding else { return }
                Elementwise.apply(
                    .quantized(.none, rounding), context.output(), context.output(), count: type.count,
                    pool: context.pool)
            }
            step.fusable = self
            step.overBlocks = { [type, activation] in
                let all = activation.followed(by: next) ?? activation
                let channels = ChannelActivation(shape: type.shape, activation: all)
                return PlannedStep(blocks: [0], type, inPlace: [0]) { context in
                    channels.run(context.floats(0), context.output(), pool: context.pool)
                }
            }
            return step
        }
    }

    /// One constant slope, or one a channel (the second axis).
    func activation(_ operands: Operands) -> Activation? {
        guard let input = operands[0], input.shape.count >= 2, let slope = operands[1]?.constant,
            slope.elementType == .float32
        else { return nil }
        let channels = input.shape[1]
        let values = slope.floats
        if values.count == 1 { return .prelu(slopes: Array(repeating: values[0], count: channels)) }
        // Aligned at the right, all but the channel's extent must be 1.
        let padded = Array(repeating: 1, count: max(input.shape.count - slope.shape.count, 0)) + slope.shape
        let perChannel = input.shape.indices.map { $0 == 1 ? channels : 1 }
        return padded == perChannel ? .prelu(slopes: values) : nil
    }
}
