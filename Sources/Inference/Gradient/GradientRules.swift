internal import Kernels

extension GradientBuilder {
    /// Gives the inputs of `node` their parts of the derivative by its output.
    mutating func passOn(_ incoming: ValueID, through node: ProgramNode) throws(Refusal) {
        try checkInputs(of: node)
        let operands = operands(of: node)
        if let activation = node.op.activation(operands), let input = node.inputs[0] {
            let op = ActivationGradient(activation: activation)
            give(
                add("ActivationGradient", of: node.name, op, [incoming, input], try type(input)), to: input)
            return
        }
        switch node.op {
        case let op as Convolution: try passOn(incoming, through: op, node)
        case let op as TransposedConvolutionOperator: try passOn(incoming, through: op, node)
        case let op as BatchNormalizationOperator: try passOn(incoming, through: op, node)
        case let op as LayerNormalizationOperator: try passOn(incoming, through: op, node)
        case let op as InstanceNormalizationOperator: try passOn(incoming, through: op, node)
        case let op as LpNormalizationOperator: try passOn(incoming, through: op, node)
        case let op as SoftmaxOperator: try passOn(incoming, through: op, node)
        case let op as GeneralProduct: try passOn(incoming, through: op, node)
        case is MatrixProduct: try passOnProduct(incoming, node)
        case let op as WindowPool: try passOn(incoming, through: op, node)
        case let op as GlobalMaxPool: try passOn(incoming, through: op, node)
        case let op as Binary: try passOn(incoming, through: op.operation, node)
        case let op as Variadic: try passOn(incoming, through: op, node)
        case is Power: try passOnPower(incoming, node)
        case is Selection: try passOnSelection(incoming, node)
        case let op as Unary: try passOn(incoming, through: op.operation, node)
        case is Reshape, is Flatten, is Squeeze, is Unsqueeze, is Identity, is Dropout, is TrailingAxes:
            try rename(incoming, node)
        case let op as CastOperator: try passOn(incoming, through: op, node)
        case let op as Transpose: try passOn(incoming, through: op, node)
        case is Expand: try sum(incoming, node)
        case let op as Concatenation: try passOn(incoming, through: op, node)
        case let op as AxisOrder: try passOn(incoming, through: try turn(of: op, node), node)
        case is Slice, is GatherOperator, is Padding, is Tile, is GatherNDOperator, is GatherElementsOperator,
            is DepthToSpace, is SpaceToDepth, is Diagonal:
            try passBack(incoming, node)
        case let op as Trilu: try passOn(incoming, through: op, node)
        case let op as ResizeOperator: try passOn(incoming, through: op, node)
        case is GlobalAveragePool: try spread(incoming, node)
        case let op as ReductionOperator: try passOn(incoming, through: op, node)
        default: throw Refusal(nil, "has no derivative here")
        }
    }

    /// Refuses inputs that follow from the picture and that no rule serves: left out, the derivative would be
    /// another one.
    private func checkInputs(of node: ProgramNode) throws(Refusal) {
        let servesAll =
            node.op is Binary || node.op is Variadic || node.op is Concatenation || node.op is MatrixProduct
            || node.op is Selection
        for (position, input) in node.inputs.enumerated().dropFirst(servesAll ? node.inputs.count : 1)
        where isActive(input) {
            throw Refusal("input \(position)", "follows from the picture and has no derivative here")
        }
    }
}
