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

/// ONNX `Softsign`: `x / (1 + |x|)`.
struct Softsign: ComposedOperator {
    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.required(0, "input")
        let magnitude = parts.add(Unary(operation: .absolute), [x])
        let divisor = parts.add(Binary(operation: .add), [magnitude, parts.constant(1)])
        parts.finish(Binary(operation: .divide), [x, divisor])
    }
}

/// ONNX `ThresholdedRelu`: `x` above `alpha`, else 0.
struct ThresholdedRelu: ComposedOperator {
    let alpha: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        alpha = try reader.float("alpha") ?? 1
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.required(0, "X")
        let isAbove = parts.add(Comparison(operation: .greater), [x, parts.constant(alpha)])
        parts.finish(Selection(), [isAbove, x, parts.constant(0)])
    }
}

/// ONNX `Swish`: `x` times the sigmoid of `alpha x`.
struct Swish: ComposedOperator {
    let alpha: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        alpha = try reader.float("alpha") ?? 1
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.required(0, "X")
        let scaled = alpha == 1 ? x : parts.add(Binary(operation: .multiply), [x, parts.constant(alpha)])
        let gate = parts.add(Unary(operation: .sigmoid), [scaled])
        parts.finish(Binary(operation: .multiply), [x, gate])
    }
}
