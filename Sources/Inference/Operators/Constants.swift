internal import Kernels

extension OperatorRegistry {
    static let constants: [String: Entry] = [
        "Constant": Entry { (reader) throws(Refusal) in try ConstantOperator(reader) },
        "ConstantOfShape": Entry(9...opsets.upperBound) { (reader) throws(Refusal) in
            try ConstantOfShape(reader)
        },
    ]
}

/// ONNX `Constant` in all forms that are tensors of numbers.
struct ConstantOperator: Operator {
    let value: Tensor

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 0...0)
        var values: [Tensor] = []
        if let tensor = try reader.tensor("value") { values.append(tensor) }
        if reader.opset >= 12 { try values += ConstantOperator.plainValues(reader) }
        guard values.count == 1 else {
            throw Refusal("value", "there are \(values.count) values instead of one")
        }
        value = values[0]
    }

    private static func plainValues(_ reader: AttributeReader) throws(Refusal) -> [Tensor] {
        var values: [Tensor] = []
        if let float = try reader.float("value_float") { values.append(Tensor(shape: [], floats: [float])) }
        if let floats = try reader.floats("value_floats") {
            values.append(Tensor(shape: [floats.count], floats: floats))
        }
        if let int = try reader.int("value_int") { values.append(Tensor(shape: [], int64s: [int])) }
        if let ints = try reader.ints("value_ints") {
            values.append(Tensor(shape: [ints.count], int64s: ints))
        }
        for name in ["value_string", "value_strings"] where reader.has(name) {
            throw Refusal(name, "strings are not supported")
        }
        return values
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep { PlannedStep(constant: value) }
}

/// ONNX `ConstantOfShape`.
struct ConstantOfShape: Operator {
    let value: Tensor

    var valueInputs: Set<Int> { [0] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        value = try reader.tensor("value") ?? Tensor(shape: [1], floats: [0])
        guard value.count == 1 else { throw Refusal("value", "has \(value.count) elements instead of one") }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        guard let target = try operands.integers(0, "input") else {
            throw Refusal("input", "the input is missing")
        }
        guard target.allSatisfy({ $0 >= 0 }) else { throw Refusal("input", "\(target) is not a shape") }
        let output = TensorType(value.elementType, target.map { Int($0) })
        let value = value
        return PlannedStep(output) { context in
            let size = output.elementType.byteCount
            value.withBytes { element in
                guard let source = element.baseAddress else { return }
                for index in 0..<output.count {
                    (context.rawOutput() + index * size).copyMemory(from: source, byteCount: size)
                }
            }
        }
    }
}
