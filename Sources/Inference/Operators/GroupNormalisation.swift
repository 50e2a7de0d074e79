internal import Kernels

/// ONNX `GroupNormalization`, float32: the channels of a group together to mean 0 and variance 1.
struct GroupNormalizationOperator: Operator {
    let groups: Int
    let epsilon: Float
    /// Whether scale and bias have a number for each group, as in opset 18, and not for each channel.
    let scalesGroups: Bool

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 3...3)
        guard let groups = try reader.int("num_groups") else {
            throw Refusal("num_groups", "the attribute is missing")
        }
        guard groups >= 1, groups <= 1 << 24 else {
            throw Refusal("num_groups", "\(groups) is not a number of groups")
        }
        self.groups = Int(groups)
        epsilon = try reader.float("epsilon") ?? 1e-5
        scalesGroups = reader.opset < 21
        // The type that sums are made in; 1 is float32.
        if !scalesGroups, let type = try reader.int("stash_type"), type != 1 {
            throw Refusal("stash_type", "sums in type \(type) are not supported")
        }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "X").type
        let shape = type.shape
        guard shape.count >= 2 else { throw Refusal("X", "shape \(shape) has no channels") }
        let channels = shape[1]
        guard channels % groups == 0 else {
            throw Refusal("num_groups", "\(groups) groups do not divide \(channels) channels")
        }
        let parameters = scalesGroups ? groups : channels
        for (index, name) in [(1, "scale"), (2, "bias")] {
            let shape = try operands.float(index, name).shape
            guard shape == [parameters] else {
                throw Refusal(name, "shape \(shape) where [\(parameters)] is needed")
            }
        }
        guard type.count > 0 else { return PlannedStep(type) { _ in } }
        let plane = shape[2...].reduce(1, *)
        let layer = InstanceNormalization(
            batch: shape[0], channels: groups, planeCount: channels / groups * plane, epsilon: epsilon)
        return scalesGroups ? groupStep(layer, type) : channelStep(layer, type, plane: plane)
    }

    /// A group is an instance's plane, number and all.
    private func groupStep(_ layer: InstanceNormalization, _ type: TensorType) -> PlannedStep {
        PlannedStep(type, inPlace: [0]) { context in
            layer.run(
                input: context.floats(0), scale: context.floats(1), shift: context.floats(2),
                output: context.output(), pool: context.pool)
        }
    }

    private func channelStep(_ layer: InstanceNormalization, _ type: TensorType, plane: Int) -> PlannedStep {
        let (groups, batch, channels) = (groups, type.shape[0], type.shape[1])
        let (ones, zeros) = ([Float](repeating: 1, count: groups), [Float](repeating: 0, count: groups))
        return PlannedStep(type, inPlace: [0]) { context in
            let output = context.output()
            layer.run(
                input: context.floats(0), scale: ones, shift: zeros, output: output, pool: context.pool)
            // Each channel's own numbers, as a normalisation by mean 0 and variance 1 applies them.
            let parameters = (1...2).map { UnsafeBufferPointer(start: context.floats($0), count: channels) }
            let (mean, variance) = (
                [Float](repeating: 0, count: channels), [Float](repeating: 1, count: channels)
            )
            let affine = mean.withUnsafeBufferPointer { mean in
                variance.withUnsafeBufferPointer { variance in
                    BatchNormalization(
                        scale: parameters[0], bias: parameters[1], mean: mean, variance: variance, epsilon: 0)
                }
            }
            affine.run(
                batch: batch, planeCount: plane, input: UnsafePointer(output), output: output,
                pool: context.pool)
        }
    }
}
