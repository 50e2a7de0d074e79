internal import Kernels

/// ONNX `Mish`: `x tanh(log(1 + e^x))`.
struct Mish: ComposedOperator {
    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.required(0, "X")
        let gate = parts.add(Unary(operation: .tanh), [parts.add(Unary(operation: .softplus), [x])])
        parts.finish(Binary(operation: .multiply), [x, gate])
    }
}

/// ONNX `Selu`: `gamma x` above 0, else `gamma alpha (e^x - 1)`.
struct Selu: ComposedOperator {
    let alpha: Float
    let gamma: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        alpha = try reader.float("alpha") ?? 1.673_263_192_177_818_603_515_625
        gamma = try reader.float("gamma") ?? 1.050_701_022_148_132_324_218_75
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let elu = parts.add(Unary(operation: .elu(alpha: alpha)), [try parts.required(0, "X")])
        parts.finish(Binary(operation: .multiply), [elu, parts.constant(gamma)])
    }
}
