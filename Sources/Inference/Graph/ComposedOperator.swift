internal import Kernels

/// An operator that is others, one after the other: nodes of those take its node's place as the graph is
/// read, so that folding, fusions and kernels know nothing of it.
protocol ComposedOperator: Operator {
    /// Adds the nodes, the last of which makes the node's output.
    func compose(_ parts: inout NodeComposer) throws(Refusal)
}

extension ComposedOperator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        throw Refusal(nil, "is run as the operators that it is composed of")
    }
}

/// Collects the nodes in the place of one, which is named in what they refuse.
struct NodeComposer {
    private let whole: ProgramNode
    private let firstValue: ValueID
    private(set) var nodes: [ProgramNode] = []
    private(set) var constants: [ValueID: Tensor] = [:]
    /// Values that have been made, numbered from the first on.
    private(set) var valueCount = 0

    init(_ whole: ProgramNode, firstValue: ValueID) { (self.whole, self.firstValue) = (whole, firstValue) }

    /// Input `index` of the node; nil where it is left out.
    func input(_ index: Int) -> ValueID? { index < whole.inputs.count ? whole.inputs[index] : nil }

    /// The same of one that may not be.
    func required(_ index: Int, _ name: String) throws(Refusal) -> ValueID {
        guard let value = input(index) else { throw Refusal(name, "the input is missing") }
        return value
    }

    /// How many inputs the node has.
    var inputCount: Int { whole.inputs.count }

    private mutating func newValue() -> ValueID {
        valueCount += 1
        return firstValue + valueCount - 1
    }

    mutating func constant(_ number: Float) -> ValueID {
        let value = newValue()
        constants[value] = Tensor(shape: [], floats: [number])
        return value
    }

    /// Adds a node and answers its output.
    mutating func add(_ op: any Operator, _ inputs: [ValueID?]) -> ValueID {
        let value = newValue()
        append(op, inputs, value)
        return value
    }

    /// Adds the last node.
    mutating func finish(_ op: any Operator, _ inputs: [ValueID?]) { append(op, inputs, whole.outputs[0]) }

    private mutating func append(_ op: any Operator, _ inputs: [ValueID?], _ output: ValueID?) {
        nodes.append(
            ProgramNode(
                name: whole.name, operatorType: whole.operatorType, op: op, inputs: inputs, outputs: [output])
        )
    }
}

/// Numbers on the way into a composed node and out of it.
extension NodeComposer {
    /// The floats that input `index` stands for, its scale and zero point behind it.
    mutating func dequantized(
        _ index: Int, _ name: String, by granularity: QuantizationGranularity = .axis(0)
    ) throws(Refusal) -> ValueID {
        let inputs = [
            try required(index, name), try required(index + 1, "\(name)_scale"), input(index + 2),
        ]
        return add(DequantizeLinear(granularity: granularity), inputs)
    }

    /// The whole numbers of input `index` less their zero point, the input `zero`.
    mutating func shifted(
        _ index: Int, _ name: String, zero: Int, by granularity: QuantizationGranularity = .axis(0)
    ) throws(Refusal) -> ValueID {
        add(
            DequantizeLinear(granularity: granularity, hasScale: false),
            [try required(index, name), input(zero)])
    }

    /// Adds the last node: `value` quantised by the scale at `index` and the zero point behind it.
    mutating func finishQuantized(
        _ value: ValueID, _ index: Int, by granularity: QuantizationGranularity = .axis(0)
    ) throws(Refusal) {
        finish(
            QuantizeLinear(granularity: granularity),
            [value, try required(index, "y_scale"), input(index + 1)])
    }
}
