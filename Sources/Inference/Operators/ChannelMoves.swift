internal import Kernels

/// Steps that only move channels of images, over channel blocks.
enum ChannelMoves {
    /// The step that joins images along their channels; nil where they are none, or none has channels.
    static func join(_ parts: [TensorType], _ output: TensorType) -> (@Sendable () -> PlannedStep)? {
        guard output.elementType == .float32, output.shape.count == 4, output.count > 0 else { return nil }
        return {
            let join = ChannelJoin(parts.map { ChannelJoin.Part(channels: $0.shape[1]) })
            let (batch, plane) = (output.shape[0], output.shape[2] * output.shape[3])
            return PlannedStep(blocks: Set(parts.indices), output) { context in
                join.run(
                    batch: batch, plane: plane, inputs: parts.indices.map { context.floats($0) },
                    output: context.output(), pool: context.pool)
            }
        }
    }

    /// The step that gives some of an image's channels to each of its outputs; nil where it is none.
    static func cut(_ input: TensorType, _ ranges: [Range<Int>]) -> (@Sendable () -> PlannedStep)? {
        guard input.elementType == .float32, input.shape.count == 4, input.count > 0,
            ranges.allSatisfy({ !$0.isEmpty })
        else { return nil }
        let shape = input.shape
        return {
            let joins = ranges.map { ChannelJoin([ChannelJoin.Part(channels: shape[1], taken: $0)]) }
            let outputs = ranges.map { TensorType(.float32, [shape[0], $0.count, shape[2], shape[3]]) }
            var step = PlannedStep(outputs: outputs) { context in
                for (index, join) in joins.enumerated() where context.outputs[index] != nil {
                    join.run(
                        batch: shape[0], plane: shape[2] * shape[3], inputs: [context.floats(0)],
                        output: context.output(index), pool: context.pool)
                }
            }
            step.blockedInputs = [0]
            return step
        }
    }
}
