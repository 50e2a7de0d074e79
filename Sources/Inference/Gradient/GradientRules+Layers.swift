internal import Kernels

/// Layers with weights, which are constants.
extension GradientBuilder {
    mutating func passOn(
        _ incoming: ValueID, through op: BatchNormalizationOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let scale = try op.normalization(try weights(node, 1...4)).scale
        give(
            add("ChannelScale", of: node.name, ChannelScale(scale: scale), [incoming], try type(input)),
            to: input)
    }

    mutating func passOn(
        _ incoming: ValueID, through op: GeneralProduct, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], isActive(input) else { return }
        guard !op.transposesA else { throw Refusal("transA", "a turned input has no derivative here") }
        _ = try weights(node, 1...1)
        let back = GeneralProduct(alpha: op.alpha, transposesB: !op.transposesB)
        give(
            add("Gemm", of: node.name, back, [incoming, node.inputs[1]], try type(input)), to: input)
    }

    mutating func passOnProduct(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0], isActive(input) else { return }
        guard let b = try weights(node, 1...1)[1], b.shape.count == 2 else {
            throw Refusal("B", "a product by anything but a constant matrix has no derivative here")
        }
        let turned = addConstant(Self.turned(b))
        give(
            add("MatMul", of: node.name, MatrixProduct(), [incoming, turned], try type(input)), to: input)
    }

    mutating func passOn(
        _ incoming: ValueID, through op: Convolution, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], isActive(input) else { return }
        let type = try type(input)
        guard let tensor = try weights(node, 1...1)[1], tensor.shape.count == 4, type.shape.count == 4 else {
            throw Refusal("W", "a convolution of one dimension has no derivative here")
        }
        let kernel = Array(tensor.shape[2...])
        let window = try op.window.placed(over: Array(type.shape[2...]), kernel: kernel)
        let reach: [Int] = zip(kernel, window.dilations).map { ($0 - 1) * $1 }
        let given = window.padsBefore + window.padsAfter
        let pads: [Int] = given.indices.map { reach[$0 % 2] - given[$0] }
        guard pads.allSatisfy({ $0 >= 0 }) else {
            throw Refusal("pads", "a border wider than the window's reach has no derivative here")
        }
        let dense = try spread(incoming, window, over: type.shape, reach, node)
        let turned = addConstant(Self.turned(tensor, groups: op.groups))
        let back = Convolution(pads: pads, dilations: window.dilations, groups: op.groups)
        give(add("Conv", of: node.name, back, [dense, turned], type), to: input)
    }

    /// The derivative by a strided convolution's output as that of one of stride 1.
    private mutating func spread(
        _ incoming: ValueID, _ window: Window, over shape: [Int], _ reach: [Int], _ node: ProgramNode
    ) throws(Refusal) -> ValueID {
        let extents: [Int] = [0, 1].map { axis in
            shape[2 + axis] + window.padsBefore[axis] + window.padsAfter[axis] - reach[axis]
        }
        let from = try type(incoming).shape
        if extents == Array(from[2...]) { return incoming }
        let spread = SpreadZeros(
            strides: (window.strides[0], window.strides[1]), height: extents[0], width: extents[1])
        return add(
            "SpreadZeros", of: node.name, spread, [incoming],
            TensorType(.float32, Array(from[..<2]) + extents))
    }

    /// Constant inputs by position, all of them float32.
    private func weights(_ node: ProgramNode, _ positions: ClosedRange<Int>) throws(Refusal) -> [Int: Tensor]
    {
        var found: [Int: Tensor] = [:]
        for position in positions {
            guard position < node.inputs.count, let value = node.inputs[position],
                let tensor = constants[value], tensor.elementType == .float32
            else { throw Refusal(nil, "weights that change have no derivative here") }
            found[position] = tensor
        }
        return found
    }

    private static func turned(_ matrix: Tensor) -> Tensor {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        return matrix.withFloats { from in
            Tensor(shape: [columns, rows], elementType: .float32) { bytes in
                let to = bytes.bindMemory(to: Float.self)
                for row in 0..<rows {
                    for column in 0..<columns { to[column * rows + row] = from[row * columns + column] }
                }
            }
        }
    }

    /// `[outputs, inputs / groups, H, W]` as `[inputs, outputs / groups, H, W]`, every kernel turned by half a turn.
    private static func turned(_ weights: Tensor, groups: Int) -> Tensor {
        let (inputs, taps) = (weights.shape[1], weights.shape[2] * weights.shape[3])
        let outputs = weights.shape[0] / groups
        let shape = [inputs * groups, outputs, weights.shape[2], weights.shape[3]]
        return weights.withFloats { from in
            Tensor(shape: shape, elementType: .float32) { bytes in
                let to = bytes.bindMemory(to: Float.self)
                for group in 0..<groups {
                    for output in 0..<outputs {
                        for input in 0..<inputs {
                            let source = ((group * outputs + output) * inputs + input) * taps
                            let target = ((group * inputs + input) * outputs + output) * taps
                            for tap in 0..<taps { to[target + tap] = from[source + taps - 1 - tap] }
                        }
                    }
                }
            }
        }
    }
}
