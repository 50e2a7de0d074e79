internal import Kernels

extension OperatorRegistry {
    static let normalisations: [String: Entry] = [
        "BatchNormalization": Entry { (reader) throws(Refusal) in
            if reader.opset >= 14, try reader.flag("training_mode") {
                return try BatchStatisticsOperator(reader)
            }
            return try BatchNormalizationOperator(reader)
        },
        "LpNormalization": Entry { (reader) throws(Refusal) in try LpNormalizationOperator(reader) },
        "Softmax": Entry { (reader) throws(Refusal) in try SoftmaxOperator(reader) },
        "LogSoftmax": Entry { (reader) throws(Refusal) in try SoftmaxOperator(reader, isLogarithm: true) },
    ]
}

/// ONNX `BatchNormalization` in inference.
struct BatchNormalizationOperator: Operator {
    let epsilon: Float
    private var packed: BatchNormalization?

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 5...5, outputs: 5)
        guard reader.usedOutputs.dropFirst().allSatisfy({ !$0 }) else {
            throw Refusal("outputs", "running statistics are a matter of training, which is not supported")
        }
        epsilon = try reader.float("epsilon") ?? 1e-5
        reader.ignore("momentum")
        if reader.opset < 9, try !reader.flag("spatial", default: true) {
            throw Refusal("spatial", "statistics of each position are not supported")
        }
        if reader.opset >= 14 { _ = try reader.flag("training_mode") }
    }

    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)? {
        var copy = self
        copy.packed = try normalization(packing.constants)
        return (copy, [1, 2, 3, 4])
    }

    /// Scale and shift of each channel from the constant inputs 1 to 4.
    func normalization(_ constants: [Int: Tensor]) throws(Refusal) -> BatchNormalization {
        guard let scale = constants[1], let bias = constants[2], let mean = constants[3],
            let variance = constants[4]
        else { throw Refusal("scale, B, mean, var", "an input is missing") }
        for tensor in [scale, bias, mean, variance] {
            try check(TensorType(tensor.elementType, tensor.shape), channels: scale.count)
        }
        return BatchNormalizationOperator.fold(
            [scale.floats, bias.floats, mean.floats, variance.floats], epsilon)
    }

    private func check(_ type: TensorType, channels: Int) throws(Refusal) {
        guard type.elementType == .float32, type.shape == [channels] else {
            throw Refusal(
                "scale, B, mean, var",
                "\(type.elementType) of shape \(type.shape) where float32 of [\(channels)] is needed")
        }
    }

    private static func fold(_ parameters: [[Float]], _ epsilon: Float) -> BatchNormalization {
        parameters[0].withUnsafeBufferPointer { scale in
            parameters[1].withUnsafeBufferPointer { bias in
                parameters[2].withUnsafeBufferPointer { mean in
                    parameters[3].withUnsafeBufferPointer { variance in
                        BatchNormalization(
                            scale: scale, bias: bias, mean: mean, variance: variance, epsilon: epsilon)
                    }
                }
            }
        }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "X")
        // The channel axis is the second; an input of one dimension has a single channel.
        let shape = input.shape
        guard let batch = shape.first else { throw Refusal("X", "a scalar has no channels") }
        let channels = shape.count > 1 ? shape[1] : 1
        let plane = shape.dropFirst(2).reduce(1, *)
        if let packed {
            try check(TensorType(.float32, [packed.scale.count]), channels: channels)
            return Step(normalization: packed, type: input.type).fused(activation: .none, residualInput: nil)
        }
        for index in 1...4 {
            try check(operands.float(index, "scale, B, mean, var").type, channels: channels)
        }
        let epsilon = epsilon
        return PlannedStep(input.type, inPlace: [0]) { context in
            let parameters = (1...4).map { UnsafeBufferPointer(start: context.floats($0), count: channels) }
            BatchNormalization(
                scale: parameters[0], bias: parameters[1], mean: parameters[2], variance: parameters[3],
                epsilon: epsilon
            ).run(
                batch: batch, planeCount: plane, input: context.floats(0), output: context.output(),
                pool: context.pool)
        }
    }
}

extension BatchNormalizationOperator {
    /// One whose numbers are known ends in an activation as it goes.
    private struct Step: FusableStep {
        let normalization: BatchNormalization
        let type: TensorType

        var takesResidual: Bool { false }

        func takes(_ activation: Activation) -> Bool { !activation.isPerChannel }

        func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
            let (batch, plane) = (type.shape[0], type.shape.dropFirst(2).reduce(1, *))
            var step = PlannedStep(type, inPlace: [0]) { [normalization, type] context in
                normalization.run(
                    batch: batch, planeCount: plane, input: context.floats(0), output: context.output(),
                    pool: context.pool)
                guard activation != .none else { return }
                Elementwise.apply(
                    activation, UnsafePointer(context.output()), context.output(), count: type.count,
                    pool: context.pool)
            }
            step.fusable = self
            guard type.shape.count == 4 else { return step }
            step.overBlocks = { [normalization, type] in
                PlannedStep(blocks: [0], type, inPlace: [0]) { context in
                    normalization.runBlocks(
                        shape: type.shape, activation: activation, input: context.floats(0),
                        output: context.output(), pool: context.pool)
                }
            }
            return step
        }
    }
}

/// ONNX `LpNormalization` along an axis.
struct LpNormalizationOperator: Operator {
    let axis: Int64
    let p: Int

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        axis = try reader.int("axis") ?? -1
        let p = try reader.int("p") ?? 2
        guard p == 1 || p == 2 else { throw Refusal("p", "a norm of order \(p) is not supported") }
        self.p = Int(p)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "input")
        let p = p
        let axis = try normalised(axis, rank: input.shape.count)
        let geometry = try refusing("axis") { () throws(KernelError) in
            try AxisGeometry(shape: input.shape, axis: axis)
        }
        return PlannedStep(input.type, inPlace: [0]) { context in
            LpNormalization.run(
                geometry, p: p, input: context.floats(0), output: context.output(), pool: context.pool)
        }
    }
}

/// ONNX `Softmax`: along an axis since opset 13, over all axes from one on before.
struct SoftmaxOperator: Operator {
    let axis: Int64
    let flattens: Bool
    /// Whether its logarithm is wanted, as ONNX `LogSoftmax`.
    let isLogarithm: Bool

    init(_ reader: AttributeReader, isLogarithm: Bool = false) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        self.isLogarithm = isLogarithm
        flattens = reader.opset < 13
        axis = try reader.int("axis") ?? (flattens ? 1 : -1)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "input")
        let geometry = try geometry(input.shape)
        if isLogarithm {
            return PlannedStep(input.type, inPlace: [0]) { context in
                Softmax.logarithm(
                    geometry, input: context.floats(0), output: context.output(), pool: context.pool)
            }
        }
        return PlannedStep(input.type, inPlace: [0]) { context in
            Softmax.run(geometry, input: context.floats(0), output: context.output(), pool: context.pool)
        }
    }

    private func geometry(_ shape: [Int]) throws(Refusal) -> AxisGeometry {
        let axis = try normalised(axis, rank: shape.count)
        if flattens {
            return AxisGeometry(
                outer: shape[..<axis].reduce(1, *), axis: shape[axis...].reduce(1, *), inner: 1)
        }
        return try refusing("axis") { () throws(KernelError) in try AxisGeometry(shape: shape, axis: axis) }
    }
}
