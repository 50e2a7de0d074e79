internal import Kernels

/// Reductions, and what divides by them.
extension GradientBuilder {
    mutating func passOn(
        _ incoming: ValueID, through op: ReductionOperator, _ node: ProgramNode
    ) throws(Refusal) {
        switch op.operation {
        case .mean, .sum: try spread(incoming, node, isSum: op.operation == .sum)
        case .l2: try passOnLength(incoming, through: op, node)
        case .maximum, .minimum: try passOnExtremum(incoming, through: op, node)
        default: throw Refusal(nil, "has no derivative here")
        }
    }

    /// Through a mean of planes or axes, or a sum.
    mutating func spread(
        _ incoming: ValueID, _ node: ProgramNode, isSum: Bool = false
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let (from, to) = (try type(incoming), try type(input))
        var kept = from.shape
        if let op = node.op as? ReductionOperator {
            kept = try op.keptShape(operands(of: node))
        }
        let factor = isSum ? 1 : Float(from.count) / Float(to.count)
        let spread = Spread(shape: to.shape, factor: factor)
        give(add("Spread", of: node.name, spread, [renamed(incoming, kept, node)], to), to: input)
    }

    /// Through the length of vectors: `x / length` times the derivative by the length.
    private mutating func passOnLength(
        _ incoming: ValueID, through op: ReductionOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        let kept = try op.keptShape(operands(of: node))
        // A length of 0 has no derivative; 0 is the one that leaves the others as they are.
        let length = try combine(.maximum, renamed(output, kept, node), addConstant(Self.leastLength), node)
        let share = try combine(.divide, renamed(incoming, kept, node), length, node)
        give(try combine(.multiply, input, share, node), to: input)
    }

    private static let leastLength = Tensor(shape: [1], floats: [1e-20])

    /// Through the largest or least of some elements: to those that are as large, in equal parts.
    private mutating func passOnExtremum(
        _ incoming: ValueID, through op: ReductionOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        let (to, kept) = (try type(input), try op.keptShape(operands(of: node)))
        let extremum = renamed(output, kept, node)
        let one = addConstant(
            Tensor(shape: kept, floats: Array(repeating: 1, count: kept.reduce(1, *))))
        let isAsLarge = try keep(spread(one, to, node), where: input, is: extremum, node)
        let count = add(
            "SumTo", of: node.name, SumTo(shape: kept), [isAsLarge], TensorType(.float32, kept))
        let share = try combine(.divide, renamed(incoming, kept, node), count, node)
        give(try combine(.multiply, isAsLarge, share, node), to: input)
    }

    private mutating func spread(_ value: ValueID, _ type: TensorType, _ node: ProgramNode) -> ValueID {
        add("Spread", of: node.name, Spread(shape: type.shape, factor: 1), [value], type)
    }

    private mutating func renamed(_ value: ValueID, _ shape: [Int], _ node: ProgramNode) -> ValueID {
        add("Renaming", of: node.name, Renaming(shape: shape), [value], TensorType(.float32, shape))
    }

    /// Through a softmax y: `y (incoming - the sum of incoming * y)`.
    mutating func passOn(_ incoming: ValueID, through op: SoftmaxOperator, _ node: ProgramNode)
        throws(Refusal)
    {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        let rank = try type(input).shape.count
        let axis = try normalised(op.axis, rank: rank)
        let axes = op.flattens ? axis..<rank : axis..<axis + 1
        if op.isLogarithm {
            // `incoming - softmax * the sum of incoming`.
            let share = try combine(
                .multiply, try apply(.exp, output, node), try reduce(.sum, incoming, axes, node), node)
            return give(try combine(.subtract, incoming, share, node), to: input)
        }
        let sum = try reduce(.sum, try combine(.multiply, incoming, output, node), axes, node)
        let difference = try combine(.subtract, incoming, sum, node)
        give(try combine(.multiply, output, difference, node), to: input)
    }

    /// Through a vector of length 1, `y = x / |x|`: `(incoming - y times the sum of incoming * y) / |x|`.
    mutating func passOn(
        _ incoming: ValueID, through op: LpNormalizationOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        guard op.p == 2 else { throw Refusal("p", "a norm of order \(op.p) has no derivative here") }
        let axis = try normalised(op.axis, rank: try type(input).shape.count)
        let axes = axis..<axis + 1
        let sum = try reduce(.sum, try combine(.multiply, incoming, output, node), axes, node)
        let along = try combine(.multiply, output, sum, node)
        let across = try combine(.subtract, incoming, along, node)
        // A vector of zeros stays one, whatever is near it: 0 / |x| is the result there, and its derivative
        // 0.
        let length = try reduce(.l2, input, axes, node)
        let inverse = try keep(
            try combine(.divide, addConstant(Tensor(shape: [1], floats: [1])), length, node),
            unless: length, node)
        give(try combine(.multiply, across, inverse, node), to: input)
    }

    mutating func passOn(
        _ incoming: ValueID, through op: LayerNormalizationOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let rank = try type(input).shape.count
        let axes = try normalised(op.axis, rank: rank)..<rank
        let scaled = try combine(.multiply, incoming, node.inputs[1], node)
        try passOnStandardised(scaled, of: input, axes, epsilon: op.epsilon, node)
    }

    mutating func passOn(
        _ incoming: ValueID, through op: InstanceNormalizationOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let rank = try type(input).shape.count
        guard let scale = try weights(node, 1...1)[1] else { return }
        let factors = addConstant(
            scale.reshaped([scale.count] + Array(repeating: 1, count: max(rank - 2, 0))))
        let scaled = try combine(.multiply, incoming, factors, node)
        try passOnStandardised(scaled, of: input, 2..<max(rank, 2), epsilon: op.epsilon, node)
    }

    /// Through `z = (x - mean) / deviation` over some axes: with g the derivative by z,
    /// `(g - mean of g - z times the mean of g z) / deviation`.
    private mutating func passOnStandardised(
        _ g: ValueID, of x: ValueID, _ axes: Range<Int>, epsilon: Float, _ node: ProgramNode
    ) throws(Refusal) {
        let centred = try combine(.subtract, x, try reduce(.mean, x, axes, node), node)
        let variance = try reduce(.mean, try combine(.multiply, centred, centred, node), axes, node)
        let least = addConstant(Tensor(shape: [1], floats: [epsilon]))
        let deviation = try apply(.sqrt, try combine(.add, variance, least, node), node)
        let z = try combine(.divide, centred, deviation, node)
        let along = try reduce(.mean, try combine(.multiply, g, z, node), axes, node)
        let level = try combine(.subtract, g, try reduce(.mean, g, axes, node), node)
        let across = try combine(.subtract, level, try combine(.multiply, z, along, node), node)
        give(try combine(.divide, across, deviation, node), to: x)
    }

    /// A reduction of some axes, which are kept with an extent of 1.
    private mutating func reduce(
        _ operation: Reduction.Operation, _ value: ValueID, _ axes: Range<Int>, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        // No axes at all would be all of them.
        guard !axes.isEmpty else { return value }
        var shape = try type(value).shape
        for axis in axes { shape[axis] = 1 }
        let op = ReductionOperator(operation, keeping: axes.map { Int64($0) })
        return add("\(operation)", of: node.name, op, [value], TensorType(.float32, shape))
    }
}
