internal import Kernels

/// What a plan is made for: the shape of every input, in file order, and the elements of those inputs that
/// decide shapes themselves.
struct PlanKey: Sendable, Hashable {
    let shapes: [[Int]]
    /// Raw elements by input index.
    let values: [Int: [UInt8]]
}

extension Program {
    /// Bytes of shape-deciding input that a plan may be made for; shapes are a few numbers.
    private static let maximumValueBytes = 65_536

    /// The key of the plan for these inputs.
    func key(for tensors: [Tensor]) throws(InferenceError) -> PlanKey {
        var values: [Int: [UInt8]] = [:]
        for index in valueInputs {
            let tensor = tensors[index]
            guard tensor.byteCount <= Program.maximumValueBytes else {
                throw .input(
                    name: inputs[index].description.name,
                    reason:
                        "decides shapes, and \(tensor.byteCount) bytes are over \(Program.maximumValueBytes)")
            }
            values[index] = tensor.withBytes { Array($0) }
        }
        return PlanKey(shapes: tensors.map(\.shape), values: values)
    }

    /// Inputs, by index, from whose elements an operand follows that decides shapes.
    var shapeDecidingInputs: Set<Int> {
        var wanted: Set<ValueID> = []
        for node in nodes.reversed() {
            let outputsWanted = node.outputs.contains { $0.map(wanted.contains) ?? false }
            for (index, input) in node.inputs.enumerated() {
                guard let input else { continue }
                // What `Shape` says follows from the shape of its input, not from its elements.
                if node.op.valueInputs.contains(index) || (outputsWanted && !(node.op is ShapeOf)) {
                    wanted.insert(input)
                }
            }
        }
        return Set(inputs.indices.filter { wanted.contains(inputs[$0].value) })
    }
}
