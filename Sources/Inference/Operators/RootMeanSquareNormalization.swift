internal import Kernels

/// ONNX `RMSNormalization`: the last axes divided by the root of the mean of their squares, times a scale.
struct RootMeanSquareNormalization: ComposedOperator {
    private let axes: [Int64]
    private let epsilon: Float

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        let axis = try reader.int("axis") ?? -1
        guard (-Int64(Planner.maximumRank)..<0).contains(axis) else {
            throw Refusal("axis", "axis \(axis), which is not counted from the end, is not supported")
        }
        axes = Array(axis..<0)
        epsilon = try reader.float("epsilon") ?? 1e-5
        // The type that sums are made in; 1 is float32.
        if let type = try reader.int("stash_type"), type != 1 {
            throw Refusal("stash_type", "sums in type \(type) are not supported")
        }
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        let x = try parts.required(0, "X")
        let squares = parts.add(Binary(operation: .multiply), [x, x])
        let mean = parts.add(ReductionOperator(.mean, keeping: axes), [squares])
        let raised = parts.add(Binary(operation: .add), [mean, parts.constant(epsilon)])
        let length = parts.add(Unary(operation: .sqrt), [raised])
        let normal = parts.add(Binary(operation: .divide), [x, length])
        parts.finish(Binary(operation: .multiply), [normal, try parts.required(1, "scale")])
    }
}
