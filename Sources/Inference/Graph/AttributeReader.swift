internal import Kernels
internal import ONNX

/// The attributes of a node as an operator reads them: by name, type-checked, and none left over.
final class AttributeReader {
    let operatorType: String
    /// Version of ONNX's operator set that the model is written in.
    let opset: Int
    let inputCount: Int
    let outputCount: Int
    /// Whether each output is named.
    let usedOutputs: [Bool]

    private let attributes: [String: AttributeValue]
    private var unread: Set<String>

    init(_ node: Node, opset: Int) throws(Refusal) {
        operatorType = node.operatorType
        self.opset = opset
        inputCount = node.inputs.count
        outputCount = node.outputs.count
        usedOutputs = node.outputs.map { !$0.isEmpty }
        var attributes: [String: AttributeValue] = [:]
        for attribute in node.attributes {
            guard attributes.updateValue(attribute.value, forKey: attribute.name) == nil else {
                throw Refusal(attribute.name, "the attribute is there twice")
            }
        }
        self.attributes = attributes
        unread = Set(attributes.keys)
    }

    /// Refuses attributes that nobody has asked for: ignoring one would compute something else.
    func finish() throws(Refusal) {
        guard let name = unread.sorted().first else { return }
        throw Refusal(name, "the attribute is not known to this operator at opset \(opset)")
    }

    /// Whether the node has the attribute.
    func has(_ name: String) -> Bool { attributes[name] != nil }

    /// Reads an attribute that has no bearing on inference.
    func ignore(_ names: String...) { for name in names { unread.remove(name) } }

    func int(_ name: String) throws(Refusal) -> Int64? {
        guard let value = take(name) else { return nil }
        guard case .int(let int) = value else { throw wrongKind(name, value, "an integer") }
        return int
    }

    /// An integer that means yes or no.
    func flag(_ name: String, default fallback: Bool = false) throws(Refusal) -> Bool {
        guard let value = try int(name) else { return fallback }
        guard value == 0 || value == 1 else { throw Refusal(name, "\(value) is neither 0 nor 1") }
        return value == 1
    }

    func float(_ name: String) throws(Refusal) -> Float? {
        guard let value = take(name) else { return nil }
        guard case .float(let float) = value else { throw wrongKind(name, value, "a float") }
        return float
    }

    func ints(_ name: String) throws(Refusal) -> [Int64]? {
        guard let value = take(name) else { return nil }
        guard case .ints(let ints) = value else { throw wrongKind(name, value, "a list of integers") }
        return ints
    }

    func floats(_ name: String) throws(Refusal) -> [Float]? {
        guard let value = take(name) else { return nil }
        guard case .floats(let floats) = value else { throw wrongKind(name, value, "a list of floats") }
        return floats
    }

    func tensor(_ name: String) throws(Refusal) -> Tensor? {
        guard let value = take(name) else { return nil }
        guard case .tensor(let tensor) = value else { throw wrongKind(name, value, "a tensor") }
        return try Tensor(tensor, attribute: name)
    }

    /// The bytes of a string.
    func string(_ name: String) throws(Refusal) -> [UInt8]? {
        guard let value = take(name) else { return nil }
        guard case .string(let bytes) = value else { throw wrongKind(name, value, "a string") }
        return bytes
    }

    /// A string that is one of the keys of `choices`.
    func choice<Value>(_ name: String, _ choices: [String: Value]) throws(Refusal) -> Value? {
        guard let bytes = try string(name) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let choice = choices[text] else {
            throw Refusal(
                name, "\"\(text)\" is not supported (\(choices.keys.sorted().joined(separator: ", ")))")
        }
        return choice
    }

    /// Refuses the node unless it has between `range` inputs, and at most `outputs` outputs.
    func expect(inputs range: ClosedRange<Int>, outputs: Int = 1) throws(Refusal) {
        guard range.contains(inputCount) else {
            throw Refusal(
                "inputs",
                "there are \(inputCount), the operator takes \(range.lowerBound) to \(range.upperBound)")
        }
        guard outputCount <= outputs else {
            throw Refusal("outputs", "there are \(outputCount), supported are \(outputs)")
        }
    }

    private func take(_ name: String) -> AttributeValue? {
        unread.remove(name)
        return attributes[name]
    }

    private func wrongKind(_ name: String, _ value: AttributeValue, _ wanted: String) -> Refusal {
        Refusal(name, "is \(value.kind) where \(wanted) is expected")
    }
}
