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
        case let op as BatchNormalizationOperator: try passOn(incoming, through: op, node)
        case let op as GeneralProduct: try passOn(incoming, through: op, node)
        case is MatrixProduct: try passOnProduct(incoming, node)
        case let op as Binary: try passOn(incoming, through: op.operation, node)
        case let op as Variadic where op.operation == .add && !op.divides:
            try passOn(incoming, through: .add, node)
        case let op as Unary: try passOn(incoming, through: op.operation, node)
        case is Reshape, is Flatten, is Squeeze, is Unsqueeze, is Identity, is Dropout:
            try rename(incoming, node)
        case let op as Transpose: try passOn(incoming, through: op, node)
        case is GlobalAveragePool: try spread(incoming, node)
        case let op as ReductionOperator where op.operation == .mean || op.operation == .sum:
            try spread(incoming, node, isSum: op.operation == .sum)
        case let op as ReductionOperator where op.operation == .l2:
            try passOnLength(incoming, through: op, node)
        case is Expand: try sum(incoming, node)
        case let op as Concatenation: try passOn(incoming, through: op, node)
        default: throw Refusal(nil, "has no derivative here")
        }
    }

    /// Refuses inputs that follow from the picture and that no rule serves: left out, the derivative would be another one.
    private func checkInputs(of node: ProgramNode) throws(Refusal) {
        let servesAll = node.op is Binary || node.op is Variadic || node.op is Concatenation
        for (position, input) in node.inputs.enumerated().dropFirst(servesAll ? node.inputs.count : 1)
        where isActive(input) {
            throw Refusal("input \(position)", "follows from the picture and has no derivative here")
        }
    }

    private mutating func sum(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let to = try type(input)
        give(add("SumTo", of: node.name, SumTo(shape: to.shape), [incoming], to), to: input)
    }

    /// Through the length of vectors: `x / length` times the derivative by the length.
    private mutating func passOnLength(
        _ incoming: ValueID, through op: ReductionOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        let to = try type(input)
        let kept = TensorType(.float32, try op.keptShape(operands(of: node)))
        let renaming = Renaming(shape: kept.shape)
        let (derivative, length) = (
            add("Renaming", of: node.name, renaming, [incoming], kept),
            add("Renaming", of: node.name, renaming, [output], kept)
        )
        let share = add("Div", of: node.name, Binary(operation: .divide), [derivative, length], kept)
        give(add("Mul", of: node.name, Binary(operation: .multiply), [input, share], to), to: input)
    }

    private mutating func rename(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        give(add("Renaming", of: node.name, Renaming(shape: type.shape), [incoming], type), to: input)
    }

    private mutating func passOn(
        _ incoming: ValueID, through op: Transpose, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        let order = op.permutation ?? type.shape.indices.reversed().map(Int64.init)
        let back = order.indices.map { axis in Int64(order.firstIndex(of: Int64(axis)) ?? axis) }
        give(add("Transpose", of: node.name, Transpose(permutation: back), [incoming], type), to: input)
    }

    /// Through a mean of planes or axes, or a sum.
    private mutating func spread(
        _ incoming: ValueID, _ node: ProgramNode, isSum: Bool = false
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let (from, to) = (try type(incoming), try type(input))
        var kept = from.shape
        if let op = node.op as? ReductionOperator {
            kept = try op.keptShape(operands(of: node))
        }
        let renamed = add(
            "Renaming", of: node.name, Renaming(shape: kept), [incoming], TensorType(.float32, kept))
        let factor = isSum ? 1 : Float(from.count) / Float(to.count)
        give(
            add("Spread", of: node.name, Spread(shape: to.shape, factor: factor), [renamed], to), to: input)
    }

    private mutating func passOn(
        _ incoming: ValueID, through op: Concatenation, _ node: ProgramNode
    ) throws(Refusal) {
        let type = try type(incoming)
        let axis = try normalised(op.axis, rank: type.shape.count)
        var first = 0
        for input in node.inputs {
            guard let input else { continue }
            let part = try self.type(input)
            let range = first..<first + part.shape[axis]
            first = range.upperBound
            guard isActive(input) else { continue }
            let op = AxisSlice(axis: axis, range: range)
            give(add("AxisSlice", of: node.name, op, [incoming], part), to: input)
        }
    }
}

/// Functions of elements.
extension GradientBuilder {
    fileprivate mutating func passOn(
        _ incoming: ValueID, through operation: BinaryOperation, _ node: ProgramNode
    ) throws(Refusal) {
        for (position, input) in node.inputs.enumerated() {
            guard let input, isActive(input) else { continue }
            let part = try part(of: position, incoming, operation, node)
            let (from, to) = (try type(incoming), try type(input))
            give(
                from.shape == to.shape
                    ? part : add("SumTo", of: node.name, SumTo(shape: to.shape), [part], to), to: input)
        }
    }

    /// The derivative by one operand, in the output's shape.
    private mutating func part(
        of position: Int, _ incoming: ValueID, _ operation: BinaryOperation, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        let type = try type(incoming)
        func named(_ operation: BinaryOperation) -> (String, Binary) {
            ("\(operation)", Binary(operation: operation))
        }
        switch (operation, position) {
        case (.add, _), (.subtract, 0): return incoming
        case (.subtract, _):
            return add("Neg", of: node.name, Unary(operation: .negate), [incoming], type)
        case (.multiply, _):
            let other = node.inputs[1 - position]
            return add("Mul", of: node.name, Binary(operation: .multiply), [incoming, other], type)
        case (.divide, 0):
            return add("Div", of: node.name, Binary(operation: .divide), [incoming, node.inputs[1]], type)
        case (.divide, _):
            // d(a / b) = -(a / b) / b
            let scaled = add(
                "Mul", of: node.name, Binary(operation: .multiply), [incoming, node.outputs[0]], type)
            let divided = add(
                "Div", of: node.name, Binary(operation: .divide), [scaled, node.inputs[1]], type)
            return add("Neg", of: node.name, Unary(operation: .negate), [divided], type)
        default: throw Refusal(nil, "has no derivative here")
        }
    }

    fileprivate mutating func passOn(
        _ incoming: ValueID, through operation: UnaryOperation, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        func binary(_ operation: BinaryOperation, _ a: ValueID, _ b: ValueID?) -> ValueID {
            add("\(operation)", of: node.name, Binary(operation: operation), [a, b], type)
        }
        switch operation {
        case .negate:
            give(add("Neg", of: node.name, Unary(operation: .negate), [incoming], type), to: input)
        case .exp: give(binary(.multiply, incoming, node.outputs[0]), to: input)
        case .log: give(binary(.divide, incoming, input), to: input)
        case .sqrt:
            let half = addConstant(Tensor(shape: [1], floats: [0.5]))
            let halved = binary(.multiply, incoming, half)
            give(binary(.divide, halved, node.outputs[0]), to: input)
        default: throw Refusal(nil, "has no derivative here")
        }
    }
}
