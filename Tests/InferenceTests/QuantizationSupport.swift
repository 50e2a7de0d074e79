import Inference
import Kernels
import TestKit

extension ONNXWriter {
    /// Adds an initializer of bytes.
    mutating func bytes(_ name: String, _ shape: [Int], _ values: [UInt8]) {
        initializer(ONNXWriter.tensor(name, .uint8, shape, raw: values))
    }

    /// Adds an initializer of signed bytes.
    mutating func signedBytes(_ name: String, _ shape: [Int], _ values: [Int8]) {
        initializer(ONNXWriter.tensor(name, .int8, shape, raw: values.map { UInt8(bitPattern: $0) }))
    }

    /// Adds an int32 initializer.
    mutating func integers(_ name: String, _ shape: [Int], _ values: [Int32]) {
        initializer(
            ONNXWriter.tensor(name, .int32, shape, raw: values.flatMap { ONNXWriter.littleEndian($0) }))
    }

    /// Adds signed bytes that follow from the seed.
    mutating func randomBytes(_ name: String, _ shape: [Int], seed: UInt64) {
        signedBytes(name, shape, ONNXWriter.randomBytes(shape, seed: seed))
    }

    static func randomBytes(_ shape: [Int], seed: UInt64) -> [Int8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<shape.reduce(1, *)).map { _ in Int8.random(in: -127...127, using: &generator) }
    }

    /// Adds a scale and zero point, `NAME_s` and `NAME_z`.
    mutating func parameters(_ name: String, _ scale: Float, zero: UInt8 = 128) {
        initializer(name + "_s", [], [scale])
        bytes(name + "_z", [], [zero])
    }

    /// Adds QuantizeLinear and DequantizeLinear from `input` to `output`, by parameters of the output's name.
    mutating func pair(_ input: String, _ output: String, _ scale: Float, zero: UInt8 = 128) {
        parameters(output, scale, zero: zero)
        let by = [output + "_s", output + "_z"]
        node("QuantizeLinear", [input] + by, [output + "_q"], name: "quantise " + output)
        node("DequantizeLinear", [output + "_q"] + by, [output], name: "dequantise " + output)
    }
}

extension Tensor {
    static func bytes(_ shape: [Int], _ values: [UInt8]) -> Tensor {
        Tensor(shape: shape, elementType: .uint8, bytes: values)
    }

    /// The elements of a tensor of bytes, as they are.
    var uint8s: [UInt8] { withBytes { Array($0) } }

    var int8s: [Int8] { withBytes { $0.map { Int8(bitPattern: $0) } } }

    var int32s: [Int32] { withBytes { Array($0.bindMemory(to: Int32.self)) } }
}
