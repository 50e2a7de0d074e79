internal import Kernels

/// Operators over quantised numbers. Each is an operator over floats between DequantizeLinear and
/// QuantizeLinear: sums are made in float32, and a pair of the two where one meets the next becomes a
/// rounding (`QuantizationFusion`).
extension OperatorRegistry {
    static let quantizedForms: [String: Entry] = [
        "QLinearConv": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            QLinearConv(convolution: try Convolution(reader, inputs: 8...9))
        },
        "QLinearMatMul": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 8...8)
            return QLinearMatMul()
        },
        "ConvInteger": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            ConvInteger(convolution: try Convolution(reader, inputs: 2...4))
        },
        "MatMulInteger": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...4)
            return MatMulInteger()
        },
    ]

    /// What ONNX Runtime's quantiser writes in a domain of its own around `QLinearConv`.
    static let runtimeForms: [String: Entry] = [
        "QLinearAdd": quantizedBinary(.add), "QLinearMul": quantizedBinary(.multiply),
        "QLinearSigmoid": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 4...5)
            return QLinearUnary(op: Unary(operation: .sigmoid))
        },
        "QLinearLeakyRelu": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 4...5)
            let alpha = try reader.float("alpha") ?? 0.01
            return QLinearUnary(op: Unary(operation: .leakyRelu(alpha: alpha)))
        },
        "QLinearAveragePool": Entry { (reader) throws(Refusal) in
            try refuseChannelsLast(reader)
            return QLinearUnary(op: try WindowPool(average: reader, inputs: 4...5))
        },
        "QLinearGlobalAveragePool": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 4...5)
            try refuseChannelsLast(reader)
            return QLinearUnary(op: GlobalAveragePool())
        },
        "QLinearConcat": Entry { (reader) throws(Refusal) in
            guard reader.inputCount % 3 == 2 else {
                throw Refusal("inputs", "there are \(reader.inputCount), not two and three for each part")
            }
            return QLinearConcat(concatenation: try Concatenation(reader, inputs: 5...4097))
        },
        "QGemm": Entry { (reader) throws(Refusal) in try QGemm(reader) },
    ]

    private static func quantizedBinary(_ operation: BinaryOperation) -> Entry {
        Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 7...8)
            return QLinearBinary(operation: operation)
        }
    }

    private static func refuseChannelsLast(_ reader: AttributeReader) throws(Refusal) {
        if try reader.flag("channels_last") { throw Refusal("channels_last", "is not supported") }
    }
}

/// ONNX `QLinearConv`.
struct QLinearConv: ComposedOperator {
    let convolution: Convolution

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.dequantized(0, "x")
        let w = try parts.dequantized(3, "w")
        var inputs: [ValueID?] = [x, w]
        if let bias = parts.input(8) {
            // Its scale is the product of the others', one for all channels or one for each.
            let scale = parts.add(
                Binary(operation: .multiply), [parts.input(1), try parts.required(4, "w_scale")])
            inputs.append(parts.add(DequantizeLinear(granularity: .axis(0)), [bias, scale]))
        }
        try parts.finishQuantized(parts.add(convolution, inputs), 6)
    }
}

/// ONNX `QLinearMatMul`.
struct QLinearMatMul: ComposedOperator {
    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let a = try parts.dequantized(0, "a", by: .lines(axis: -2))
        let b = try parts.dequantized(3, "b", by: .lines(axis: -1))
        try parts.finishQuantized(parts.add(MatrixProduct(), [a, b]), 6, by: .lines(axis: -2))
    }
}

/// ONNX `ConvInteger`.
struct ConvInteger: ComposedOperator {
    let convolution: Convolution

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.shifted(0, "x", zero: 2)
        let w = try parts.shifted(1, "w", zero: 3)
        parts.finish(NearestInteger(), [parts.add(convolution, [x, w])])
    }
}

/// ONNX `MatMulInteger`.
struct MatMulInteger: ComposedOperator {
    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let a = try parts.shifted(0, "A", zero: 2, by: .lines(axis: -2))
        let b = try parts.shifted(1, "B", zero: 3, by: .lines(axis: -1))
        parts.finish(NearestInteger(), [parts.add(MatrixProduct(), [a, b])])
    }
}

/// `QLinearAdd` and `QLinearMul`: `A, A_scale, A_zero_point, B, ..., C_scale, C_zero_point`.
struct QLinearBinary: ComposedOperator {
    let operation: BinaryOperation

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let (a, b) = (try parts.dequantized(0, "A"), try parts.dequantized(3, "B"))
        try parts.finishQuantized(parts.add(Binary(operation: operation), [a, b]), 6)
    }
}

/// A function of one tensor: `X, X_scale, X_zero_point, Y_scale, Y_zero_point`.
struct QLinearUnary: ComposedOperator {
    let op: any Operator

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.dequantized(0, "X")
        try parts.finishQuantized(parts.add(op, [x]), 3)
    }
}

/// `QLinearConcat`: `Y_scale, Y_zero_point`, then three inputs for each part.
struct QLinearConcat: ComposedOperator {
    let concatenation: Concatenation

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        var floats: [ValueID?] = []
        for index in stride(from: 2, to: parts.inputCount, by: 3) {
            floats.append(try parts.dequantized(index, "input"))
        }
        try parts.finishQuantized(parts.add(concatenation, floats), 0)
    }
}

/// `QGemm`: `A, A_scale, A_zero_point, B, ..., C, Y_scale, Y_zero_point`, of which C is int32 and the output
/// float32 where it has no scale.
struct QGemm: ComposedOperator {
    let product: GeneralProduct

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 6...9)
        product = GeneralProduct(
            alpha: try reader.float("alpha") ?? 1, transposesA: try reader.flag("transA"),
            transposesB: try reader.flag("transB"))
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let a = try parts.dequantized(0, "A")
        let b = try parts.dequantized(3, "B", by: .axis(product.transposesB ? 0 : 1))
        var inputs: [ValueID?] = [a, b]
        if let c = parts.input(6) {
            let multiply = Binary(operation: .multiply)
            let both = parts.add(multiply, [parts.input(1), parts.input(4)])
            let scale = parts.add(multiply, [both, parts.constant(product.alpha)])
            inputs.append(parts.add(DequantizeLinear(granularity: .axis(-1)), [c, scale]))
        }
        guard parts.input(7) != nil else { return parts.finish(product, inputs) }
        try parts.finishQuantized(parts.add(product, inputs), 7)
    }
}
