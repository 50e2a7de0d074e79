internal import Kernels

/// A `LayerNormalization` over the channels of images in NCHW, float32; made by `ChannelsLastFusion`, and in
/// no file.
struct ChannelNormalizationOperator: Operator {
    let normalization: ChannelNormalization

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "X").type
        guard type.shape.count == 4, type.shape[1] == normalization.channels else {
            throw Refusal(
                "X", "shape \(type.shape) where images of \(normalization.channels) channels are needed")
        }
        let (batch, plane) = (type.shape[0], type.shape[2] * type.shape[3])
        var step = PlannedStep(type, inPlace: [0]) { [normalization] context in
            normalization.run(
                batch: batch, plane: plane, input: context.floats(0), output: context.output(),
                pool: context.pool)
        }
        step.overBlocks = { [normalization] in
            PlannedStep(blocks: [0], type, inPlace: [0]) { context in
                normalization.runBlocks(
                    batch: batch, plane: plane, input: context.floats(0), output: context.output(),
                    pool: context.pool)
            }
        }
        return step
    }
}
