internal import Kernels

/// A `Pad` of zeros before a convolution becomes the convolution's own border, at load; no shape has a say.
///
/// So exporters write what TensorFlow calls SAME, which is lopsided where a stride does not divide the image.
/// A padded copy would be written in planes, and would keep what makes the image from handing it over in
/// blocks.
extension Program {
    /// Folds every `Pad` that one convolution with constant weights alone reads.
    mutating func fusePads() {
        var readers = solitaryReaders
        var spent: Set<Int> = []
        // Backwards, so that of two in a row the second is gone when the first is looked at.
        for index in nodes.indices.reversed() {
            guard let input = nodes[index].inputs.first ?? nil, let output = nodes[index].outputs[0],
                let reader = readers[output], nodes[reader].inputs[0] == output,
                let convolution = nodes[reader].op as? Convolution,
                let weights = nodes[reader].inputs[1].flatMap({ constants[$0] }),
                let zeros = zeros(addedBy: nodes[index], rank: weights.shape.count),
                let window = convolution.window.reaching(over: zeros)
            else { continue }
            nodes[reader].op = convolution.with(window: window)
            nodes[reader].inputs[0] = input
            if readers[input] != nil { readers[input] = reader }
            spent.insert(index)
        }
        nodes = nodes.indices.filter { !spent.contains($0) }.map { nodes[$0] }
    }

    /// What a `Pad` adds around images of this rank; nil where that is known in the plan or in the run alone.
    private func zeros(addedBy node: ProgramNode, rank: Int) -> [Int64]? {
        guard let pad = node.op as? Padding else { return nil }
        var operands: [Operand?] = [nil]
        for input in node.inputs.dropFirst() {
            guard let input else {
                operands.append(nil)
                continue
            }
            guard let tensor = constants[input] else { return nil }
            operands.append(Operand(type: TensorType(tensor.elementType, tensor.shape), constant: tensor))
        }
        let known = Operands(all: operands, threads: 1, limit: SizeLimit(maximumBytes: 0))
        return pad.zeros(known, rank: rank)
    }
}

extension Padding {
    /// What is added around the spatial axes of images of this rank, beginnings, then ends; nil where
    /// anything but zeros is added, or anywhere else, or where that is not known.
    func zeros(_ operands: Operands, rank: Int) -> [Int64]? {
        guard mode == .constant, value ?? 0 == 0, rank > 2 else { return nil }
        if let filling = operands[2] {
            guard let tensor = filling.constant, tensor.elementType == .float32, tensor.count == 1,
                tensor.floats[0] == 0
            else { return nil }
        }
        // What is wrong with its inputs, the node says itself when it is planned.
        guard let amounts = try? amounts(operands, rank: rank),
            (amounts.before[..<2] + amounts.after[..<2]).allSatisfy({ $0 == 0 })
        else { return nil }
        return Array(amounts.before[2...] + amounts.after[2...])
    }
}
