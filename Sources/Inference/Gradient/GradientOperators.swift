internal import Kernels

/// A step over images that may lie in planes or in blocks: made for either layout by `body`, which is told
/// which.
private func eitherLayout(
    _ type: TensorType, reading inputs: Set<Int>, extra: [TensorType] = [],
    _ body: @escaping @Sendable (ChannelLayout, StepContext) -> Void
) -> PlannedStep {
    let shape = type.shape
    let plane = shape.dropFirst(2).reduce(1, *)
    @Sendable func step(_ inBlocks: Bool) -> PlannedStep {
        let layout = ChannelLayout(
            batch: shape[0], channels: shape[1], plane: plane, inBlocks: inBlocks)
        var step = PlannedStep(outputs: [type] + extra) { context in body(layout, context) }
        step.inPlaceInputs = inputs
        if inBlocks { step.blockedInputs = inputs }
        return step
    }
    var planes = step(false)
    if shape.count == 4 { planes.overBlocks = { step(true) } }
    return planes
}

/// The derivative by an activation's input: inputs are the derivative by its output, and its input.
struct ActivationGradient: Operator {
    let activation: Activation

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (incoming, x) = (try operands.float(0, "incoming"), try operands.float(1, "x"))
        guard incoming.shape == x.shape, x.shape.count >= 2 else {
            throw Refusal("x", "shape \(x.shape) where \(incoming.shape) is needed")
        }
        let activation = activation
        return eitherLayout(x.type, reading: [0, 1]) { layout, context in
            ChannelDerivatives.activation(
                activation, layout, at: context.floats(1), context.floats(0), context.output(),
                pool: context.pool)
        }
    }
}

/// Each channel times a number of its own: the derivative by a normalisation's input.
struct ChannelScale: Operator {
    let scale: [Float]

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let incoming = try operands.float(0, "incoming")
        guard incoming.shape.count >= 2, incoming.shape[1] == scale.count else {
            throw Refusal("incoming", "shape \(incoming.shape) where \(scale.count) channels are needed")
        }
        let scale = scale
        return eitherLayout(incoming.type, reading: [0]) { layout, context in
            ChannelDerivatives.affine(
                layout, scale: scale, shift: nil, context.floats(0), adding: nil, context.output(),
                pool: context.pool)
        }
    }
}

/// How far mean and deviation of each channel are from where they should be, and the derivative of that,
/// which is added to the incoming one where there is one.
///
/// With M elements a channel it is
/// `(2 / M) ((mean' - mean) + (deviation' - deviation) (x - mean') / deviation')`.
struct StatisticsPull: Operator {
    let site: StatisticsSite
    let weight: Float

    /// Of a channel whose elements are all alike; the derivative of a deviation has no value there.
    private static let leastDeviation: Float = 1e-6

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let x = try operands.float(0, "x")
        let (shape, channels) = (x.shape, site.mean.count)
        guard shape.count == 4, shape[1] == channels, !shape.contains(0) else {
            throw Refusal("x", "shape \(shape) where [N, \(channels), H, W] is needed")
        }
        let hasIncoming = operands[1] != nil
        let (site, weight) = (site, weight)
        return eitherLayout(
            x.type, reading: hasIncoming ? [0, 1] : [0], extra: [TensorType(.float32, [1])]
        ) { layout, context in
            let found = ChannelMoments(of: context.floats(0), layout, pool: context.pool)
            let pull = Self.pull(of: found, towards: site, weight / Float(layout.batch * layout.plane))
            ChannelDerivatives.affine(
                layout, scale: pull.scale, shift: pull.shift, context.floats(0),
                adding: hasIncoming ? context.floats(1) : nil, context.output(), pool: context.pool)
            context.output(1).pointee = weight * Self.distance(of: found, from: site)
        }
    }

    private static func pull(
        of found: ChannelMoments, towards site: StatisticsSite, _ weight: Float
    ) -> (scale: [Float], shift: [Float]) {
        var (scale, shift): ([Float], [Float]) = ([], [])
        for (channel, deviation) in found.deviation.enumerated() {
            let excess = deviation - site.deviation[channel]
            let factor = deviation > leastDeviation ? 2 * weight * excess / deviation : 0
            scale.append(factor)
            let mean = found.mean[channel]
            shift.append(2 * weight * (mean - site.mean[channel]) - factor * mean)
        }
        return (scale, shift)
    }

    private static func distance(of found: ChannelMoments, from site: StatisticsSite) -> Float {
        func squares(_ a: [Float], _ b: [Float]) -> Float {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        return squares(found.mean, site.mean) + squares(found.deviation, site.deviation)
    }
}

/// The derivative of a pool by its input: inputs are the derivative by its output, and its input.
struct PoolGradient: Operator {
    let pool: WindowPool

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (incoming, x) = (try operands.float(0, "incoming"), try operands.float(1, "x"))
        let geometry = try pool.geometry(over: x.shape)
        guard incoming.type.count == geometry.outputCount else {
            throw Refusal("incoming", "shape \(incoming.shape) is not what the pool makes of \(x.shape)")
        }
        let kind = pool.kind
        return PlannedStep(x.type) { context in
            switch kind {
            case .maximum:
                Pooling.maxDerivative(
                    geometry, at: context.floats(1), context.floats(0), context.output(), pool: context.pool)
            case .average(let countsPadding):
                Pooling.averageDerivative(
                    geometry, countIncludesPad: countsPadding, context.floats(0), context.output(),
                    pool: context.pool)
            }
        }
    }
}

/// Elements of planes set apart by zeros.
struct SpreadZeros: Operator {
    let strides: (Int, Int)
    let height, width: Int

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.float(0, "incoming").shape
        guard shape.count == 4, !shape.contains(0), (shape[2] - 1) * strides.0 < height,
            (shape[3] - 1) * strides.1 < width
        else { throw Refusal("incoming", "shape \(shape) does not spread to \(height)x\(width)") }
        let output = try operands.limit.output(.float32, [shape[0], shape[1], height, width])
        let spread = ZeroSpread(
            input: (shape[2], shape[3]), output: (height, width), stride: strides)
        var step = PlannedStep(output) { context in
            spread.run(
                planes: shape[0] * shape[1], lanes: 1, input: context.floats(0), output: context.output(),
                pool: context.pool)
        }
        step.overBlocks = {
            PlannedStep(blocks: [0], output) { context in
                spread.run(
                    planes: shape[0] * ChannelBlocks.count(shape[1]), lanes: ChannelBlocks.width,
                    input: context.floats(0), output: context.output(), pool: context.pool)
            }
        }
        return step
    }
}

/// The same elements under another shape.
struct Renaming: Operator {
    let shape: [Int]

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "incoming")
        guard input.type.count == TensorType(.float32, shape).count else {
            throw Refusal("incoming", "shape \(input.shape) does not have the elements of \(shape)")
        }
        return PlannedStep(aliasing: 0, as: TensorType(.float32, shape))
    }
}

/// The input repeated along axes of extent 1 to a shape of the same rank, times a factor: what a mean or a
/// sum hands back.
struct Spread: Operator {
    let shape: [Int]
    let factor: Float

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "incoming")
        let output = try operands.limit.output(.float32, shape)
        let copy = try refusing { [shape] () throws(KernelError) in
            try StridedCopy.expand(shape: input.shape, to: shape)
        }
        let factor = factor
        return PlannedStep(output) { context in
            copy.run(
                input: context.input(0), output: context.rawOutput(), elementType: .float32,
                pool: context.pool)
            for index in 0..<output.count { context.output()[index] *= factor }
        }
    }
}

/// The derivative by a resize's input.
struct ResizeGradient: Operator {
    let resize: Resize

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let incoming = try operands.float(0, "incoming")
        guard incoming.shape == resize.outputShape else {
            throw Refusal("incoming", "shape \(incoming.shape) where \(resize.outputShape) is needed")
        }
        let output = try operands.limit.output(.float32, resize.inputShape)
        let resize = resize
        @Sendable func step(_ inBlocks: Bool) -> PlannedStep {
            var step = PlannedStep(output, scratchBytes: resize.derivativeScratchBytes(inBlocks: inBlocks)) {
                context in
                resize.runDerivative(
                    context.floats(0), inBlocks: inBlocks, output: context.output(),
                    scratch: context.scratch, pool: context.pool)
            }
            if inBlocks { step.blockedInputs = [0] }
            return step
        }
        var planes = step(false)
        if resize.hasDerivativeOverBlocks { planes.overBlocks = { step(true) } }
        return planes
    }
}

/// The sum over the axes along which an operand was repeated.
struct SumTo: Operator {
    let shape: [Int]

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "incoming").shape
        let padded = Array(repeating: 1, count: max(input.count - shape.count, 0)) + shape
        guard padded.count == input.count else {
            throw Refusal("incoming", "shape \(input) does not sum up to \(shape)")
        }
        let axes = input.indices.filter { padded[$0] == 1 && input[$0] != 1 }
        let output = TensorType(.float32, shape)
        guard !axes.isEmpty else { return PlannedStep(aliasing: 0, as: output) }
        let sum = try refusing { () throws(KernelError) in try Reduction(.sum, shape: input, axes: axes) }
        return PlannedStep(output) { context in
            sum.run(input: context.floats(0), output: context.output(), pool: context.pool)
        }
    }
}
