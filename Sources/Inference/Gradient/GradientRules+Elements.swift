internal import Kernels

/// Functions of elements, by NumPy's broadcasting.
extension GradientBuilder {
    mutating func passOn(
        _ incoming: ValueID, through operation: BinaryOperation, _ node: ProgramNode
    ) throws(Refusal) {
        for (position, input) in node.inputs.enumerated() {
            guard let input, isActive(input) else { continue }
            try give(try part(of: position, incoming, operation, node), summedTo: input, node)
        }
    }

    /// The derivative by one operand, in the output's shape.
    private mutating func part(
        of position: Int, _ incoming: ValueID, _ operation: BinaryOperation, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        switch (operation, position) {
        case (.add, _), (.subtract, 0): return incoming
        case (.subtract, _): return try apply(.negate, incoming, node)
        case (.multiply, _): return try combine(.multiply, incoming, node.inputs[1 - position], node)
        case (.divide, 0): return try combine(.divide, incoming, node.inputs[1], node)
        case (.divide, _):
            // d(a / b) = -(a / b) / b
            let scaled = try combine(.multiply, incoming, node.outputs[0], node)
            return try apply(.negate, try combine(.divide, scaled, node.inputs[1], node), node)
        default: throw Refusal(nil, "has no derivative here")
        }
    }

    /// Through a sum, a mean or an extremum of several operands: an extremum's goes to the first that is as
    /// large.
    mutating func passOn(_ incoming: ValueID, through op: Variadic, _ node: ProgramNode) throws(Refusal) {
        var incoming = incoming
        if op.divides {
            let share = addConstant(Tensor(shape: [1], floats: [1 / Float(node.inputs.count)]))
            incoming = try combine(.multiply, incoming, share, node)
        }
        for input in node.inputs {
            guard let input, isActive(input) else { continue }
            guard op.operation != .add else {
                try give(incoming, summedTo: input, node)
                continue
            }
            let part = try keep(incoming, where: input, is: node.outputs[0], node)
            try give(part, summedTo: input, node)
            incoming = try combine(.subtract, incoming, part, node)
        }
    }

    /// Through `x^c` with a constant c: `c x^(c - 1)`.
    mutating func passOnPower(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0], let exponent = node.inputs[1], let c = constants[exponent] else {
            throw Refusal("Y", "an exponent that changes has no derivative here")
        }
        let exponents: [Float]
        switch c.elementType {
        case .float32: exponents = c.floats
        case .int64: exponents = c.int64s.map { Float($0) }
        default: throw Refusal("Y", "an exponent of type \(c.elementType) has no derivative here")
        }
        let less = addConstant(Tensor(shape: c.shape, floats: exponents.map { $0 == 0 ? 0 : $0 - 1 }))
        let factor = addConstant(Tensor(shape: c.shape, floats: exponents))
        let slope = try combine(.multiply, try combine(.power, input, less, node), factor, node)
        try give(try combine(.multiply, incoming, slope, node), summedTo: input, node)
    }

    /// Through `Where`: each operand gets what was chosen of it.
    mutating func passOnSelection(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        let zero = addConstant(Tensor(shape: [1], floats: [0]))
        let type = try type(incoming)
        for position in 1...2 {
            guard let input = node.inputs[position], isActive(input) else { continue }
            let choices = position == 1 ? [incoming, zero] : [zero, incoming]
            let part = add("Where", of: node.name, Selection(), [node.inputs[0]] + choices, type)
            try give(part, summedTo: input, node)
        }
    }

    mutating func passOn(
        _ incoming: ValueID, through operation: UnaryOperation, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], let output = node.outputs[0] else { return }
        let slope: ValueID
        switch operation {
        case .negate: return give(try apply(.negate, incoming, node), to: input)
        case .log: return give(try combine(.divide, incoming, input, node), to: input)
        case .sqrt:
            let half = addConstant(Tensor(shape: [1], floats: [0.5]))
            let halved = try combine(.multiply, incoming, half, node)
            return give(try combine(.divide, halved, output, node), to: input)
        case .exp: slope = output
        case .reciprocal:
            slope = try apply(.negate, try combine(.multiply, output, output, node), node)
        case .absolute: slope = try apply(.sign, input, node)
        case .sin: slope = try apply(.cos, input, node)
        case .cos: slope = try apply(.negate, try apply(.sin, input, node), node)
        case .elu(let alpha): slope = try eluSlope(input, output, alpha, node)
        case .celu(let alpha):
            let scaled = try combine(.divide, output, addConstant(Tensor(shape: [1], floats: [alpha])), node)
            slope = try eluSlope(input, scaled, 1, node)
        case .softplus: slope = try apply(.sigmoid, input, node)
        default: throw Refusal(nil, "has no derivative here")
        }
        give(try combine(.multiply, incoming, slope, node), to: input)
    }
}

extension GradientBuilder {
    /// 1 above 0, else `alpha e^x`, which is alpha more than the output.
    private mutating func eluSlope(
        _ input: ValueID, _ output: ValueID, _ alpha: Float, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        let type = try type(input)
        let numbers = [0, 1, alpha].map { Tensor(shape: [1], floats: [$0]) }
        let (zero, one, least) = (
            addConstant(numbers[0]), addConstant(numbers[1]), addConstant(numbers[2])
        )
        let isAbove = add(
            "Greater", of: node.name, Comparison(operation: .greater), [input, zero],
            TensorType(.bool, type.shape))
        let below = try combine(.add, output, least, node)
        return add("Where", of: node.name, Selection(), [isAbove, one, below], type)
    }
}

/// What rules put derivatives together from.
extension GradientBuilder {
    /// `operation` of two values, broadcast.
    mutating func combine(
        _ operation: BinaryOperation, _ a: ValueID, _ b: ValueID?, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        let (left, right) = (try type(a), try type(b))
        let shape = try refusing { () throws(KernelError) in
            try Broadcast(left.shape, right.shape).outputShape
        }
        return add(
            "\(operation)", of: node.name, Binary(operation: operation), [a, b], TensorType(.float32, shape))
    }

    mutating func apply(
        _ operation: UnaryOperation, _ value: ValueID, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        add("\(operation)", of: node.name, Unary(operation: operation), [value], try type(value))
    }

    /// `incoming` where two values are equal, 0 elsewhere.
    mutating func keep(
        _ incoming: ValueID, where a: ValueID, is b: ValueID?, _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        let type = try type(incoming)
        let equal = add(
            "Equal", of: node.name, Comparison(operation: .equal), [a, b], TensorType(.bool, type.shape))
        let zero = addConstant(Tensor(shape: [1], floats: [0]))
        return add("Where", of: node.name, Selection(), [equal, incoming, zero], type)
    }

    /// `value` where another of its shape is not 0, 0 elsewhere.
    mutating func keep(_ value: ValueID, unless other: ValueID, _ node: ProgramNode) throws(Refusal)
        -> ValueID
    {
        let type = try type(value)
        let zero = addConstant(Tensor(shape: [1], floats: [0]))
        let isZero = add(
            "Equal", of: node.name, Comparison(operation: .equal), [other, zero],
            TensorType(.bool, type.shape))
        return add("Where", of: node.name, Selection(), [isZero, zero, value], type)
    }

    /// Gives `input` a part that may be of a larger shape, to which it was repeated.
    mutating func give(_ part: ValueID, summedTo input: ValueID, _ node: ProgramNode) throws(Refusal) {
        let (from, to) = (try type(part), try type(input))
        give(
            from.shape == to.shape
                ? part : add("SumTo", of: node.name, SumTo(shape: to.shape), [part], to), to: input)
    }
}
