import Inference
import Kernels
import TestKit
import Testing

/// What suites of single operators share: a model's input is `x`, its output `y`.
protocol OperatorSuite {}

extension OperatorSuite {
    func y(_ model: ONNXWriter, _ x: Tensor) throws -> Tensor {
        try #require(try run(model, ["x": x])["y"])
    }

    /// What a node of the model refuses an input of this shape with.
    func fault(_ model: ONNXWriter, _ shape: [Int]) -> NodeFault? {
        guard case .node(let fault) = refusal(model, ["x": randomTensor(shape, seed: 1)]) else { return nil }
        return fault
    }

    func expect(
        _ found: Tensor, _ shape: [Int], _ values: [Double], within tolerance: Double = 2e-6,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.shape == shape && values.count == found.count, sourceLocation: sourceLocation)
        for (value, expected) in zip(found.floats, values) {
            #expect(
                abs(Double(value) - expected) <= tolerance * max(1, abs(expected)),
                sourceLocation: sourceLocation)
        }
    }
}
