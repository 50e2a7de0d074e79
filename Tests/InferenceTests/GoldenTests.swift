import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// One of the recorded runs of ONNX Runtime.
private struct GoldenCase: Decodable {
    struct Value: Decodable {
        let name: String
        let shape: [Int]
        let file: String
    }

    let model: String
    let input: Value
    let outputs: [Value]
}

@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason)) struct GoldenTests {
    private static let names = [
        "arcface_mobilefacenet_112x96", "mobilefacenet_112x112", "scrfd_2.5g_bnkps", "scrfd_500m_bnkps",
        "yunet_2023mar",
        "yunet_n_dynamic",
    ]

    private func floats(_ value: GoldenCase.Value, in name: String) throws -> [Float] {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: SharedFixtures.path("golden/\(name)/\(value.file)")))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    /// A whole trained network: what each precision adds to the outputs, as relative L2. In `fp16-weights`
    /// that is nothing: convolutions so small stay float32.
    @Test(
        arguments: ["arcface_mobilefacenet_112x96", "mobilefacenet_112x112"],
        [(Precision.float16Weights, 0...1e-5), (.bfloat16, 1e-3...5e-2), (.int8, 1e-2...1e-1)])
    func `narrow precisions stay within their error`(
        _ name: String, _ given: (precision: Precision, range: ClosedRange<Double>)
    ) throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("golden/\(name)/case.json")))
        let golden = try JSONDecoder().decode(GoldenCase.self, from: json)
        let output = try #require(golden.outputs.first)
        var options = Session.Options()
        options.precision = given.precision
        let session = try Session(modelAt: SharedFixtures.path(golden.model), options: options)
        let input = Tensor(shape: golden.input.shape, floats: try floats(golden.input, in: name))
        let found = try #require(try session.run([golden.input.name: input])[output.name]).floats
        let expected = try floats(output, in: name)
        func norm(_ values: some Sequence<Double>) -> Double {
            values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let error = norm(zip(found, expected).map { Double($0 - $1) }) / norm(expected.map(Double.init))
        #expect(given.range.contains(error), "\(error)")
    }

    @Test(arguments: names, [true, false]) func `outputs are within 1e-4 of ONNX Runtime`(
        _ name: String, _ fusion: Bool
    ) throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("golden/\(name)/case.json")))
        let golden = try JSONDecoder().decode(GoldenCase.self, from: json)
        var options = Session.Options()
        options.fusion = fusion
        let session = try Session(modelAt: SharedFixtures.path(golden.model), options: options)
        let input = Tensor(shape: golden.input.shape, floats: try floats(golden.input, in: name))
        let outputs = try session.run([golden.input.name: input])
        #expect(outputs.count == golden.outputs.count)
        for expected in golden.outputs {
            let actual = try #require(outputs[expected.name])
            #expect(actual.shape == expected.shape)
            let difference = TensorDifference(actual.floats, expected: try floats(expected, in: name))
            #expect(try #require(difference).relativeMaximum < 1e-4, "\(expected.name)")
        }
    }

    @Test(arguments: names) func `the models are said to be supported`(_ name: String) throws {
        let folder = name.contains("mobilefacenet") ? "recognition" : "detection"
        let summary = try ModelSummary.read(path: SharedFixtures.path("models/\(folder)/\(name).onnx"))
        #expect(summary.isSupported)
        #expect(summary.operators.contains { $0.operatorType == "Conv" && $0.count >= 50 })
        #expect(summary.parameterCount > 50_000)
    }
}
