internal import Kernels

/// Activations that exporters write as a gate and a product, `x * Sigmoid(x)`, become one function, which a
/// convolution can take over; no shape has a say.
extension Program {
    /// Puts one node in the place of each product whose gate nobody else reads.
    mutating func fuseGatedActivations() {
        let counts = useCounts
        var gates: [ValueID: (node: Int, input: ValueID, activation: UnaryOperation)] = [:]
        var spent: Set<Int> = []
        for index in nodes.indices {
            let node = nodes[index]
            if let gated = node.gated, let input = node.inputs[0], let output = node.outputs[0],
                counts[output] == 1
            {
                gates[output] = (index, input, gated)
            } else if let found = node.factors.compactMap({ gates[$0] }).first,
                node.factors.contains(found.input)
            {
                nodes[index].op = Unary(operation: found.activation)
                nodes[index].inputs = [found.input]
                spent.insert(found.node)
            }
        }
        nodes = nodes.indices.filter { !spent.contains($0) }.map { nodes[$0] }
    }
}

extension ProgramNode {
    /// What `x` times this function of `x` is, where the engine knows it as one.
    fileprivate var gated: UnaryOperation? {
        switch (op as? Unary)?.operation {
        case .sigmoid: .silu
        case .hardSigmoid(let alpha, let beta) where alpha == Float(1) / 6 && beta == 0.5: .hardSwish
        default: nil
        }
    }

    /// The operands, where this is a product.
    fileprivate var factors: [ValueID] {
        (op as? Binary)?.operation == .multiply ? inputs.compactMap { $0 } : []
    }
}
