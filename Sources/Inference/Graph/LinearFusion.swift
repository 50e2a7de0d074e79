internal import Kernels

/// A bias behind a product with a matrix of weights becomes its third input, and a number for each of its
/// outputs that is multiplied in behind it goes into weights and bias; no shape of the input has a say.
extension Program {
    mutating func fuseLinearLayers(_ budget: LoadBudget) {
        let readers = solitaryReaders
        var (spent, fused): (Set<Int>, Set<Int>) = ([], [])
        // A layer stands where the last node was that it took over, and has taken all that it can.
        for index in nodes.indices where !spent.contains(index) && !fused.contains(index) {
            guard nodes[index].op is MatrixProduct, var layer = LinearLayer(nodes[index], constants) else {
                continue
            }
            var last = index
            while let output = nodes[last].outputs[0], let next = readers[output],
                layer.take(nodes[next], behind: output, constants, budget)
            {
                spent.insert(last)
                last = next
            }
            if last == index { continue }
            let inputs = layer.inputs(of: nodes[index], adding: &self)
            var node = nodes[index]
            (node.inputs, node.outputs) = (inputs, nodes[last].outputs)
            nodes[last] = node
            fused.insert(last)
        }
        nodes = nodes.indices.filter { !spent.contains($0) }.map { nodes[$0] }
    }
}

/// Weights and bias of a product while it takes over what follows it.
private struct LinearLayer {
    private let outputs: Int
    private let weights: Tensor
    private var bias: [Float]?
    /// The constant that the bias is, where it is one.
    private var biasValue: ValueID?
    /// nil for ones.
    private var scale: [Float]?

    init?(_ node: ProgramNode, _ constants: [ValueID: Tensor]) {
        guard node.inputs.count == 2, let a = node.inputs[0], constants[a] == nil, let b = node.inputs[1],
            let weights = constants[b], weights.elementType == .float32, weights.shape.count == 2,
            weights.count > 0
        else { return nil }
        (self.weights, outputs) = (weights, weights.shape[1])
    }

    /// Takes over a sum or a product with a number for each output.
    mutating func take(
        _ node: ProgramNode, behind value: ValueID, _ constants: [ValueID: Tensor], _ budget: LoadBudget
    ) -> Bool {
        guard let operation = (node.op as? Binary)?.operation, node.inputs.contains(value),
            let other = node.inputs.compactMap({ $0 }).first(where: { $0 != value }),
            let tensor = constants[other], tensor.elementType == .float32, tensor.shape == [outputs]
        else { return false }
        switch operation {
        case .add: return add(tensor.floats, other, budget)
        case .multiply: return multiply(by: tensor.floats, budget)
        default: return false
        }
    }

    private mutating func add(_ row: [Float], _ value: ValueID, _ budget: LoadBudget) -> Bool {
        guard let bias else {
            (bias, biasValue) = (row, value)
            return true
        }
        guard budget.spend(rowBytes) else { return false }
        (self.bias, biasValue) = (zip(bias, row).map { $0 + $1 }, nil)
        return true
    }

    private mutating func multiply(by row: [Float], _ budget: LoadBudget) -> Bool {
        let product = scale.map { zip($0, row).map { $0 * $1 } } ?? row
        guard product.allSatisfy({ $0 == 0 || LinearLayer.scales.contains($0.magnitude) }),
            budget.spend((scale == nil ? weights.byteCount : 0) + (bias == nil ? 0 : rowBytes))
        else { return false }
        scale = product
        (bias, biasValue) = (bias.map { zip($0, row).map { $0 * $1 } }, nil)
        return true
    }

    private var rowBytes: Int { outputs * MemoryLayout<Float>.stride }

    /// Magnitudes that leave weights of any ordinary size their digits.
    private static let scales: ClosedRange<Float> = 1e-12...1e12

    /// The node's inputs with what was taken over, as new constants of the program.
    func inputs(of node: ProgramNode, adding program: inout Program) -> [ValueID?] {
        var inputs = node.inputs
        if let scale {
            var floats = weights.floats
            for row in stride(from: 0, to: floats.count, by: outputs) {
                for output in 0..<outputs { floats[row + output] *= scale[output] }
            }
            inputs[1] = program.addConstant(Tensor(shape: weights.shape, floats: floats), like: inputs[1])
        }
        if let bias {
            inputs.append(
                biasValue ?? program.addConstant(Tensor(shape: [outputs], floats: bias), like: nil))
        }
        return inputs
    }
}
