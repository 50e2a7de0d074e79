import Inference
import Kernels
import TestKit
import Testing

/// Loads and runs a written model.
func run(
    _ model: ONNXWriter, _ inputs: [String: Tensor] = [:], options: Session.Options = .init()
) throws -> [String: Tensor] {
    try Session(model: model.bytes, name: "test", options: options).run(inputs)
}

/// What loading or running a written model is refused with; records an issue where it is not.
func refusal(
    _ model: ONNXWriter, _ inputs: [String: Tensor] = [:], options: Session.Options = .init(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> InferenceError? {
    do {
        let session = try Session(model: model.bytes, name: "test", options: options)
        _ = try session.run(inputs)
        Issue.record("it ran", sourceLocation: sourceLocation)
        return nil
    } catch { return error }
}

/// A model of one node from float32 `x` to `y`, both of any shape.
func single(
    _ type: String, opset: UInt64 = 13, inputs: [String] = ["x"], outputs: [String] = ["y"],
    _ attributes: [[UInt8]] = []
) -> ONNXWriter {
    var model = ONNXWriter(opset: opset)
    model.input("x", nil)
    model.node(type, inputs, outputs, name: "n", attributes)
    model.output(outputs[0])
    return model
}

/// Numbers between -1 and 1 that follow from the seed.
func randomTensor(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(
        shape: shape,
        floats: (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) })
}

extension ONNXWriter {
    /// Adds an initializer of numbers that follow from the seed.
    mutating func random(_ name: String, _ shape: [Int], seed: UInt64) {
        initializer(name, shape, randomTensor(shape, seed: seed).floats)
    }
}
