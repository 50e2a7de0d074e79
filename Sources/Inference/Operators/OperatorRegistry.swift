internal import ONNX

/// All operators that can be run.
enum OperatorRegistry {
    /// Builds an operator from its node's attributes.
    typealias Maker = @Sendable (AttributeReader) throws(Refusal) -> any Operator

    /// Opsets that models may be written in. From 22 to 28 the supported operators gained element types only,
    /// but for attributes that `AttributeReader.finish()` refuses.
    static let opsets = 7...28

    /// An operator and the opsets that have it.
    struct Entry: Sendable {
        let opsets: ClosedRange<Int>
        let make: Maker

        init(_ opsets: ClosedRange<Int> = OperatorRegistry.opsets, _ make: @escaping Maker) {
            (self.opsets, self.make) = (opsets, make)
        }
    }

    private static let entries: [String: Entry] = [
        convolutions, transposedConvolutions, normalisations, layerNormalisations, activations, arithmetic,
        logic, sequences,
        matrices, quantization, quantizedForms,
        pools, reductions, shapes, movements, rearrangements, selections, resizes, constants,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }

    /// All operators by domain, ONNX's own being the empty one.
    private static let domains = ["": entries, "com.microsoft": runtimeForms]

    /// Names of all of ONNX's own operators, sorted.
    static var names: [String] { entries.keys.sorted() }

    /// Builds the operator of `node`, which errors call `label`.
    static func make(_ node: Node, label: String, opset: Int) throws(InferenceError) -> any Operator {
        do { return try make(node, opset: opset) } catch { throw node.fault(label: label, error) }
    }

    private static func make(_ node: Node, opset: Int) throws(Refusal) -> any Operator {
        guard let family = domains[node.domain] else {
            throw Refusal(nil, "operators of domain \"\(node.domain)\" are not supported")
        }
        guard let entry = family[node.operatorType] else {
            throw Refusal(nil, "the operator is not supported")
        }
        guard entry.opsets.contains(opset) else {
            throw Refusal(nil, "opset \(opset) does not have the operator")
        }
        let reader = try AttributeReader(node, opset: opset)
        let op = try entry.make(reader)
        try reader.finish()
        return op
    }
}
