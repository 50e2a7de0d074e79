internal import Kernels

/// Some channels of images: what is left of a convolution that was merged with its siblings.
struct ChannelSlice: Operator {
    let channels: Range<Int>

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.float(0, "X").shape
        let plane = shape[2] * shape[3]
        let channels = channels
        let output = TensorType(.float32, [shape[0], channels.count, shape[2], shape[3]])
        var step = PlannedStep(output) { context in
            for image in 0..<shape[0] {
                (context.output() + image * channels.count * plane).update(
                    from: context.floats(0) + (image * shape[1] + channels.lowerBound) * plane,
                    count: channels.count * plane)
            }
        }
        step.overBlocks = ChannelMoves.cut(TensorType(.float32, shape), [channels])
        return step
    }
}

/// Some channels of images, or all, with each pixel's side by side: `[batch, height, width, channels]`.
struct ChannelsLast: Operator {
    let channels: Range<Int>

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.float(0, "X").shape
        let (channels, plane) = (channels, shape[2] * shape[3])
        var step = PlannedStep(output(shape)) { context in
            for image in 0..<shape[0] {
                let planes = context.floats(0) + (image * shape[1] + channels.lowerBound) * plane
                let pixels = context.output() + image * channels.count * plane
                for channel in 0..<channels.count {
                    for pixel in 0..<plane {
                        pixels[pixel * channels.count + channel] = planes[channel * plane + pixel]
                    }
                }
            }
        }
        step.overBlocks = overBlocks(shape)
        return step
    }

    /// The step over channel blocks, for images of this shape in planes.
    func overBlocks(_ shape: [Int]) -> @Sendable () -> PlannedStep {
        let (channels, output) = (channels, output(shape))
        return {
            var step = PlannedStep(blocks: [0], output) { context in
                ChannelBlocks.channelsLast(
                    from: context.floats(0), batch: shape[0], of: shape[1], first: channels.lowerBound,
                    channels: channels.count, plane: shape[2] * shape[3], to: context.output())
            }
            step.writesBlocks = false
            return step
        }
    }

    private func output(_ shape: [Int]) -> TensorType {
        TensorType(.float32, [shape[0], shape[2], shape[3], channels.count])
    }
}
