internal import Kernels

/// The five nodes that exporters write for a GELU, `x (1 + Erf(x / sqrt 2)) 1/2`, become one function; no
/// shape has a say.
extension Program {
    mutating func fuseGelus() {
        let search = GeluSearch(self)
        var spent: Set<Int> = []
        for index in nodes.indices {
            guard let found = search.gelu(endingAt: index) else { continue }
            nodes[index].op = Unary(operation: .gelu)
            nodes[index].inputs = [found.input]
            spent.formUnion(found.between)
        }
        nodes = nodes.indices.filter { !spent.contains($0) }.map { nodes[$0] }
    }
}

/// Finds the nodes of a GELU from its last one backwards.
private struct GeluSearch {
    private let program: Program
    private let counts: [Int]
    /// The node that makes each value.
    private var makers: [ValueID: Int] = [:]

    init(_ program: Program) {
        (self.program, counts) = (program, program.useCounts)
        for (index, node) in program.nodes.enumerated() {
            for case .some(let output) in node.outputs { makers[output] = index }
        }
    }

    /// What the node at `index` is the GELU of, and the nodes before it that nobody else needs.
    func gelu(endingAt index: Int) -> (input: ValueID, between: [Int])? {
        guard let whole = scaled(index, by: 0.5), let product = maker(of: whole),
            let factors = operands(of: product, .multiply)
        else { return nil }
        for (input, raised) in [(factors.0, factors.1), (factors.1, factors.0)] {
            guard let sum = maker(of: raised), let error = raisedByOne(sum), let function = maker(of: error),
                (program.nodes[function].op as? Unary)?.operation == .erf,
                let argument = program.nodes[function].inputs[0], let divided = maker(of: argument),
                scaled(divided, by: 0.5.squareRoot()) == input
            else { continue }
            return (input, [product, sum, function, divided])
        }
        return nil
    }

    /// The node that makes a value which one other reads.
    private func maker(of value: ValueID) -> Int? { counts[value] == 1 ? makers[value] : nil }

    private func operands(of index: Int, _ operation: BinaryOperation) -> (ValueID, ValueID)? {
        let node = program.nodes[index]
        guard (node.op as? Binary)?.operation == operation, let a = node.inputs[0], let b = node.inputs[1]
        else { return nil }
        return (a, b)
    }

    /// What the node multiplies by this factor, or divides by its inverse.
    private func scaled(_ index: Int, by factor: Double) -> ValueID? {
        if let (a, b) = operands(of: index, .multiply) {
            if isNumber(b, factor) { return a }
            return isNumber(a, factor) ? b : nil
        }
        guard let (a, b) = operands(of: index, .divide), isNumber(b, 1 / factor) else { return nil }
        return a
    }

    private func raisedByOne(_ index: Int) -> ValueID? {
        guard let (a, b) = operands(of: index, .add) else { return nil }
        if isNumber(b, 1) { return a }
        return isNumber(a, 1) ? b : nil
    }

    /// Whether the value is a constant scalar, this one to the last digits of a float.
    private func isNumber(_ value: ValueID, _ number: Double) -> Bool {
        guard let tensor = program.constants[value], tensor.elementType == .float32, tensor.shape.isEmpty
        else { return false }
        return abs(Double(tensor.floats[0]) / number - 1) < 1e-6
    }
}
