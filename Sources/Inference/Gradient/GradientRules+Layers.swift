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

    /// Through `A B`: by A `incoming B'`, by B `A' incoming`, both summed over what was repeated.
    mutating func passOnProduct(_ incoming: ValueID, _ node: ProgramNode) throws(Refusal) {
        guard let a = node.inputs[0], let b = node.inputs[1] else { return }
        let (left, right) = (try type(a).shape, try type(b).shape)
        guard left.count >= 2, right.count >= 2 else {
            throw Refusal(left.count < 2 ? "A" : "B", "a product by a vector has no derivative here")
        }
        if isActive(a) {
            try give(try product(incoming, try turned(b, node), node), summedTo: a, node)
        }
        if isActive(b) {
            try give(try product(try turned(a, node), incoming, node), summedTo: b, node)
        }
    }

    private mutating func product(_ a: ValueID, _ b: ValueID, _ node: ProgramNode) throws(Refusal) -> ValueID
    {
        let (left, right) = (try type(a).shape, try type(b).shape)
        let shape = try refusing { () throws(KernelError) in try MatMul(left, right).outputShape }
        return add("MatMul", of: node.name, MatrixProduct(), [a, b], TensorType(.float32, shape))
    }

    /// A value with its last two axes changed for one another.
    private mutating func turned(_ value: ValueID, _ node: ProgramNode) throws(Refusal) -> ValueID {
        // Weights are turned at once, so that they can be packed.
        if let matrix = constants[value], matrix.shape.count == 2, matrix.elementType == .float32 {
            return addConstant(Self.turned(matrix))
        }
        var shape = try type(value).shape
        var order = shape.indices.map { Int64($0) }
        let last = shape.count - 1
        order.swapAt(last - 1, last)
        shape.swapAt(last - 1, last)
        return add(
            "Transpose", of: node.name, Transpose(permutation: order), [value], TensorType(.float32, shape))
    }

    mutating func passOn(_ incoming: ValueID, through op: WindowPool, _ node: ProgramNode) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        give(
            add("PoolGradient", of: node.name, PoolGradient(pool: op), [incoming, input], try type(input)),
            to: input)
    }

    mutating func passOn(_ incoming: ValueID, through op: GlobalMaxPool, _ node: ProgramNode) throws(Refusal)
    {
        guard let input = node.inputs[0] else { return }
        try passOn(incoming, through: try op.window(over: type(input).shape), node)
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
        if op.groups == 1, zip(window.strides, kernel).allSatisfy({ $0 >= $1 }), kernel != [1, 1] {
            return try passOnPatches(incoming, tensor, window, node)
        }
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

    mutating func passOn(
        _ incoming: ValueID, through op: TransposedConvolutionOperator, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0], isActive(input), let weights = try weights(node, 1...1)[1] else {
            return
        }
        let type = try type(input)
        guard let back = try op.convolution(over: type.shape, weights: weights.shape) else {
            throw Refusal("output_padding", "one wider than a stride has no derivative here")
        }
        give(add("Conv", of: node.name, back, [incoming, node.inputs[1]], type), to: input)
    }

    /// Through a convolution whose windows have nothing in common, as the first layer of a transformer cuts
    /// an image up: a product for all elements of a window, each of which then goes to its place.
    private mutating func passOnPatches(
        _ incoming: ValueID, _ weights: Tensor, _ window: Window, _ node: ProgramNode
    ) throws(Refusal) {
        guard let input = node.inputs[0] else { return }
        let (type, from) = (try type(input), try type(incoming).shape)
        guard type.count <= Int32.max else { throw Refusal("X", "is too large for a derivative here") }
        let (outputs, elements) = (weights.shape[0], weights.shape[1...].reduce(1, *))
        let matrix = Self.turned(weights.reshaped([outputs, elements]))
        let limit = SizeLimit(maximumBytes: options.maximumArenaBytes)
        let columns = try limit.output(.float32, [from[0], elements] + from[2...])
        try takePlaces(columns.count)
        let product = add(
            "Conv", of: node.name, Convolution(pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1),
            [incoming, addConstant(matrix.reshaped([elements, outputs, 1, 1]))], columns)
        let sum = PlacedSum(shape: type.shape, places: Self.places(of: window, in: type.shape))
        give(add("PlacedSum", of: node.name, sum, [product], type), to: input)
    }

    /// Where in an image each element of each window lies, -1 for the border: images, then channels, rows and
    /// columns of the windows, then the windows.
    private static func places(of window: Window, in shape: [Int]) -> [Int32] {
        func lines(_ axis: Int) -> [[Int?]] {
            (0..<window.kernel[axis]).map { tap in
                (0..<window.output[axis]).map { index in
                    let line =
                        index * window.strides[axis] - window.padsBefore[axis]
                        + tap * window.dilations[axis]
                    return line >= 0 && line < shape[2 + axis] ? line : nil
                }
            }
        }
        let (rows, columns) = (lines(0), lines(1))
        var places: [Int32] = []
        places.reserveCapacity(
            shape[0] * shape[1] * (window.kernel + window.output).reduce(1, *))
        for plane in 0..<shape[0] * shape[1] {
            for (tapRows, tapColumns) in rows.flatMap({ rows in columns.map { (rows, $0) } }) {
                for row in tapRows {
                    for column in tapColumns {
                        guard let row, let column else {
                            places.append(-1)
                            continue
                        }
                        places.append(Int32((plane * shape[2] + row) * shape[3] + column))
                    }
                }
            }
        }
        return places
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
    func weights(_ node: ProgramNode, _ positions: ClosedRange<Int>) throws(Refusal) -> [Int: Tensor] {
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

    /// `[outputs, inputs / groups, H, W]` as `[inputs, outputs / groups, H, W]`, every kernel turned by half
    /// a turn.
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
