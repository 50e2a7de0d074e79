internal import Kernels

/// What renames, moves, joins, repeats or resamples elements.
extension GradientBuilder {
    mutating func rename(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        give(add("Renaming", of: node.name, Renaming(shape: type.shape), [incoming], type), to: input)
    }

    /// Through a cast between floats, which are all of one type in a session: what rounding takes away has no
    /// slope.
    mutating func passOn(_ incoming: ValueID, through op: CastOperator, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0], try type(input).elementType == .float32,
            op.target == .float32 || op.target == .float16
        else { throw Refusal("to", "numbers of another kind have no derivative here") }
        give(incoming, to: input)
    }

    mutating func passOn(_ incoming: ValueID, through op: Transpose, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        let order = op.permutation ?? type.shape.indices.reversed().map(Int64.init)
        let back = order.indices.map { axis in Int64(order.firstIndex(of: Int64(axis)) ?? axis) }
        give(add("Transpose", of: node.name, Transpose(permutation: back), [incoming], type), to: input)
    }

    /// The turn that an order of axes is.
    func turn(of op: AxisOrder, _ node: ProgramNode) throws(Refusal) -> Transpose {
        try op.transpose(rank: type(node.inputs[0]).shape.count)
    }

    /// Through a triangle: what it leaves out has no part in the derivative either.
    mutating func passOn(_ incoming: ValueID, through op: Trilu, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let inputs = [incoming] + node.inputs.dropFirst()
        give(add("Trilu", of: node.name, op, inputs, try type(input)), to: input)
    }

    /// Through `Expand`.
    mutating func sum(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let to = try type(input)
        give(add("SumTo", of: node.name, SumTo(shape: to.shape), [incoming], to), to: input)
    }

    mutating func passOn(_ incoming: ValueID, through op: ResizeOperator, _ node: ProgramNode) throws(Refusal)
    {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        guard type.elementType == .float32 else {
            throw Refusal("X", "\(type.elementType) has no derivative here")
        }
        let back = ResizeGradient(resize: try op.resize(operands(of: node), type))
        give(add("ResizeGradient", of: node.name, back, [incoming], type), to: input)
    }

    mutating func passOn(_ incoming: ValueID, through op: Concatenation, _ node: ProgramNode) throws(Refusal)
    {
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

    /// Through what makes its output `index` of elements of its first input and of none of its own: each goes
    /// back to where it came from.
    mutating func passBack(_ incoming: ValueID, from index: Int = 0, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let type = try type(input)
        let places = PlacedSum(shape: type.shape, places: try places(in: type, of: index, node))
        give(add("PlacedSum", of: node.name, places, [incoming], type), to: input)
    }

    /// Where in the first input each element of output `index` comes from, -1 for what is none of its: found
    /// by moving the places themselves.
    private mutating func places(in type: TensorType, of index: Int, _ node: ProgramNode) throws(Refusal)
        -> [Int32]
    {
        // Float32 counts so far without a gap.
        guard type.elementType == .float32, type.count <= 1 << 24 else {
            throw Refusal(nil, "\(type.elementType) of shape \(type.shape) has no derivative here")
        }
        var inputs = operands(of: node).all
        guard inputs.dropFirst().allSatisfy({ $0 == nil || $0?.constant != nil }) else {
            throw Refusal(nil, "moves elements by what is found in the run, and has no derivative here")
        }
        func constant(_ tensor: Tensor) -> Operand {
            Operand(type: TensorType(tensor.elementType, tensor.shape), constant: tensor)
        }
        inputs[0] = constant(Tensor(shape: type.shape, floats: (0..<type.count).map { Float($0) }))
        if node.op is Padding {
            // What it fills with may be given as an input whatever the opset.
            while inputs.count < 3 { inputs.append(nil) }
            inputs[2] = constant(Tensor(shape: [], floats: [-1]))
        }
        let limit = SizeLimit(maximumBytes: options.maximumArenaBytes)
        let known = Operands(all: inputs, threads: 1, limit: limit)
        let step = try node.op.plan(known)
        try limit.check(step)
        guard index < step.outputs.count else { throw Refusal(nil, "has no derivative here") }
        try takePlaces(step.outputs[index].count)
        let moved = try refusing { () throws(KernelError) in
            try ConstantFolder.outputs(of: step, inputs.map { $0?.constant })
        }
        guard let moved else { throw Refusal(nil, "has no derivative here") }
        return moved[index].floats.map { Int32($0) }
    }
}
