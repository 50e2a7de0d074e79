internal import Kernels

/// Lets layers that quantise as they run stay floats, at load. ONNX Runtime's dynamic quantiser writes seven
/// nodes for one: DynamicQuantizeLinear, ConvInteger or MatMulInteger, a cast, and the products of the scales
/// with each other and with the sums. A rounding before an ordinary layer, whose weights have their scale,
/// gives the same numbers. No shape has a say.
extension Program {
    /// Puts the two in the place of every such layer with constant weights.
    mutating func fuseDynamicQuantization(_ budget: LoadBudget) {
        guard nodes.contains(where: { $0.op is DynamicQuantizeLinear }) else { return }
        var fusion = DynamicQuantizationFusion(self, budget)
        fusion.run()
        self = fusion.program
    }
}

/// The state of `Program.fuseDynamicQuantization(_:)`.
private struct DynamicQuantizationFusion {
    /// The nodes of a layer.
    private struct Layer {
        /// The one that quantises, and the convolution or product.
        let quantizer, product: Int
        let weights: ValueID
        /// What the weights are multiplied by; nil is 1.
        let scale: Tensor?
    }

    private(set) var program: Program
    private let budget: LoadBudget
    private let counts: [Int]
    /// The node that makes each value.
    private var makers: [ValueID: Int] = [:]
    /// What each node that quantises gives as floats.
    private var floats: [Int: ValueID] = [:]

    init(_ program: Program, _ budget: LoadBudget) {
        (self.program, self.budget, counts) = (program, budget, program.useCounts)
        for (index, node) in program.nodes.enumerated() {
            for case .some(let output) in node.outputs { makers[output] = index }
        }
    }

    mutating func run() {
        for index in program.nodes.indices {
            guard let layer = layer(endingAt: index), let weights = scaledWeights(of: layer) else { continue }
            program.nodes[index].op = program.nodes[layer.product].op
            program.nodes[index].name = program.nodes[layer.product].name
            program.nodes[index].operatorType = program.nodes[layer.product].operatorType
            program.nodes[index].inputs = [rounded(by: layer.quantizer), weights]
        }
        addRoundings()
        addBiases()
        program.dropUnreadNodes()
    }

    private mutating func rounded(by quantizer: Int) -> ValueID {
        if let known = floats[quantizer] { return known }
        let value = program.valueNames.count
        program.valueNames.append("")
        floats[quantizer] = value
        return value
    }

    /// Puts each rounding behind the node whose bytes it stands for.
    private mutating func addRoundings() {
        program.nodes = program.nodes.enumerated().flatMap { index, node -> [ProgramNode] in
            guard let value = floats[index] else { return [node] }
            var rounding = node
            (rounding.op, rounding.outputs) = (DynamicFakeQuantize(), [value])
            return [node, rounding]
        }
    }

    /// The product of sums and their scale that ends a layer.
    private func layer(endingAt index: Int) -> Layer? {
        guard let (a, b) = factors(index) else { return nil }
        for (sums, scale) in [(a, b), (b, a)] {
            guard let cast = onlyMaker(of: sums), let op = program.nodes[cast].op as? CastOperator,
                op.target == .float32, let rounding = program.nodes[cast].inputs[0].flatMap(onlyMaker),
                program.nodes[rounding].op is NearestInteger,
                let product = program.nodes[rounding].inputs[0].flatMap(onlyMaker),
                let (bytes, zero, weights) = operands(of: product), let quantizer = makers[bytes],
                program.nodes[quantizer].op is DynamicQuantizeLinear
            else { continue }
            let made = program.nodes[quantizer].outputs
            guard made.count == 3, made[0] == bytes, made[2] == zero, let found = made[1] else { continue }
            if scale == found {
                return Layer(quantizer: quantizer, product: product, weights: weights, scale: nil)
            }
            guard let both = makers[scale].flatMap(factors),
                let other = both.0 == found ? both.1 : both.1 == found ? both.0 : nil,
                let tensor = program.constants[other], tensor.elementType == .float32
            else { continue }
            return Layer(quantizer: quantizer, product: product, weights: weights, scale: tensor)
        }
        return nil
    }

    /// The node that makes a value which one other reads.
    private func onlyMaker(of value: ValueID) -> Int? { counts[value] == 1 ? makers[value] : nil }

    private func factors(_ index: Int) -> (ValueID, ValueID)? {
        let node = program.nodes[index]
        guard (node.op as? Binary)?.operation == .multiply, let a = node.inputs[0], let b = node.inputs[1]
        else { return nil }
        return (a, b)
    }

    /// Bytes, their zero point and constant weights of a convolution or product of whole numbers.
    private func operands(of product: Int) -> (bytes: ValueID, zero: ValueID, weights: ValueID)? {
        let node = program.nodes[product]
        // Weights of fewer axes are refused as the node is planned, or have no axis of outputs.
        let fewestAxes = node.op is Convolution ? 3 : 2
        guard node.op is Convolution || node.op is MatrixProduct, node.inputs.count == 2,
            let weights = node.inputs[1], let tensor = program.constants[weights],
            tensor.elementType == .float32, tensor.shape.count >= fewestAxes, let shifted = node.inputs[0],
            let maker = makers[shifted],
            let shift = program.nodes[maker].op as? DequantizeLinear, !shift.hasScale,
            let bytes = program.nodes[maker].inputs[0], let zero = program.nodes[maker].inputs[1]
        else { return nil }
        return (bytes, zero, weights)
    }

    /// The weights times their scale, one for all or one for each output; nil where it is any other, or
    /// loading may not make them.
    private mutating func scaledWeights(of layer: Layer) -> ValueID? {
        guard let scale = layer.scale else { return layer.weights }
        // A scale of more axes than the sums would give them to the product.
        guard let weights = program.constants[layer.weights], weights.count > 0,
            scale.shape.count <= weights.shape.count
        else { return nil }
        let shape = weights.shape
        // Outputs are rows of a convolution's weights and columns of a matrix.
        let outputs: Int, run: Int
        if program.nodes[layer.product].op is Convolution {
            (outputs, run) = (shape[0], weights.count / shape[0])
            let channels = [outputs] + Array(repeating: 1, count: shape.count - 2)
            guard scale.count == 1 || scale.shape.suffix(channels.count) == channels[...] else { return nil }
        } else {
            (outputs, run) = (shape[shape.count - 1], 1)
            guard scale.count == 1 || scale.shape.last == outputs else { return nil }
        }
        guard scale.count == 1 || scale.count == outputs, budget.spend(weights.byteCount) else { return nil }
        let factors = scale.floats
        let product = weights.withFloats { source in
            Tensor(shape: shape, elementType: .float32) { target in
                let floats = target.bindMemory(to: Float.self)
                for index in source.indices {
                    floats[index] = source[index] * factors[factors.count == 1 ? 0 : index / run % outputs]
                }
            }
        }
        return program.addConstant(product, like: layer.weights)
    }

    /// A number for each channel that is added to a convolution made here becomes its bias.
    private mutating func addBiases() {
        let counts = program.useCounts
        let roundings = Set(floats.values)
        var convolutions: [ValueID: Int] = [:]
        var spent: Set<Int> = []
        for (index, node) in program.nodes.enumerated() {
            if node.op is Convolution, node.inputs.count == 2, let input = node.inputs[0],
                roundings.contains(input), let output = node.outputs[0], counts[output] == 1
            {
                convolutions[output] = index
            }
            guard (node.op as? Binary)?.operation == .add, let a = node.inputs[0], let b = node.inputs[1]
            else { continue }
            for (sum, bias) in [(a, b), (b, a)] {
                guard let maker = convolutions[sum],
                    let added = channelNumbers(bias, of: program.nodes[maker])
                else {
                    continue
                }
                program.nodes[maker].inputs.append(program.addConstant(added, like: bias))
                program.nodes[maker].outputs = node.outputs
                spent.insert(index)
                break
            }
        }
        program.nodes = program.nodes.indices.filter { !spent.contains($0) }.map { program.nodes[$0] }
    }

    /// The number that each output channel of the convolution has in a constant; nil where it is any other.
    private func channelNumbers(_ value: ValueID, of convolution: ProgramNode) -> Tensor? {
        guard let tensor = program.constants[value], tensor.elementType == .float32,
            let weights = convolution.inputs[1].flatMap({ program.constants[$0] })
        else { return nil }
        let (channels, spatial) = (weights.shape[0], weights.shape.count - 2)
        let ones = Array(repeating: 1, count: spatial)
        guard tensor.shape == [channels] + ones || tensor.shape == [1, channels] + ones else { return nil }
        return tensor.reshaped([channels])
    }
}
