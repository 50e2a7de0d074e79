internal import Kernels

/// ONNX `BatchNormalization` in training mode, by the mean and variance of what it is given, of constants: so
/// exporters write weights that are standardised.
///
/// Of a batch of images it would make each answer depend on the others, and is refused.
struct BatchStatisticsOperator: Operator {
    private let epsilon, momentum: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 5...5, outputs: 3)
        epsilon = try reader.float("epsilon") ?? 1e-5
        momentum = try reader.float("momentum") ?? 0.9
        _ = try reader.flag("training_mode")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "X")
        guard input.constant != nil else {
            throw Refusal("training_mode", "statistics of a batch are supported of constants alone")
        }
        let shape = input.shape
        guard shape.count >= 2 else { throw Refusal("X", "shape \(shape) has no channels") }
        let channels = shape[1]
        for (index, name) in [(1, "scale"), (2, "B"), (3, "input_mean"), (4, "input_var")] {
            let operand = try operands.float(index, name)
            guard operand.shape == [channels] else {
                throw Refusal(name, "shape \(operand.shape) where [\(channels)] is needed")
            }
        }
        let statistics = BatchStatistics(
            batch: shape[0], channels: channels, plane: shape[2...].reduce(1, *), epsilon: epsilon)
        let kept = Double(momentum)
        let each = TensorType(.float32, [channels])
        return PlannedStep(outputs: [input.type, each, each]) { context in
            let running = [context.wanted(1, as: Float.self), context.wanted(2, as: Float.self)]
            statistics.run(
                input: context.floats(0), scale: context.floats(1), shift: context.floats(2),
                output: context.wanted(0, as: Float.self)
            ) { channel, mean, variance in
                for (index, found) in [mean, variance].enumerated() {
                    let before = Double(context.floats(3 + index)[channel])
                    running[index]?[channel] = Float(before * kept + found * (1 - kept))
                }
            }
        }
    }
}
