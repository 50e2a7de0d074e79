import Inference
import Kernels
import TestKit
import Testing

/// Convolutions and products over quantised numbers, against integers.
@Suite struct QuantizedFormTests {
    private let same = [ONNXAttribute.ints("pads", [1, 1, 1, 1])]

    /// A convolution of whole numbers with a border of one zero point: `[1, channels, height, width]`.
    private func sums(
        _ x: [Int], _ weights: [Int], channels: Int, outputs: Int, _ height: Int, _ width: Int
    ) -> [Int] {
        (0..<outputs * height * width).map { index in
            let (output, y, x0) = (index / (height * width), index / width % height, index % width)
            var sum = 0
            for channel in 0..<channels {
                for tap in 0..<9 {
                    let (row, column) = (y + tap / 3 - 1, x0 + tap % 3 - 1)
                    guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                    sum +=
                        x[(channel * height + row) * width + column]
                        * weights[(output * channels + channel) * 9 + tap]
                }
            }
            return sum
        }
    }

    /// Bytes of an image, and all that a convolution of them needs.
    private func image(_ channels: Int, seed: UInt64) -> [UInt8] {
        ONNXWriter.randomBytes([channels * 30], seed: seed).map { UInt8(bitPattern: $0) }
    }

    @Test(arguments: [false, true], [false, true])
    func `a convolution of bytes is that of the numbers they stand for`(perChannel: Bool, hasBias: Bool)
        throws
    {
        let (channels, outputs) = (5, 7)
        let bytes = image(channels, seed: 3)
        let weights = ONNXWriter.randomBytes([outputs, channels, 3, 3], seed: 4)
        let scales: [Float] = (0..<(perChannel ? outputs : 1)).map { 0.001 + Float($0) * 0.0003 }
        let bias = (0..<outputs).map { Int32($0 * 900 - 2_000) }
        var model = ONNXWriter(opset: 13)
        model.input("x", [1, channels, 5, 6], type: .uint8)
        model.parameters("x", 0.02, zero: 117)
        model.signedBytes("w", [outputs, channels, 3, 3], weights)
        model.initializer("w_s", perChannel ? [outputs] : [], scales)
        model.signedBytes("w_z", perChannel ? [outputs] : [], Array(repeating: 2, count: scales.count))
        model.integers("b", [outputs], bias)
        model.parameters("y", 0.05, zero: 100)
        model.node(
            "QLinearConv",
            ["x", "x_s", "x_z", "w", "w_s", "w_z", "y_s", "y_z"] + (hasBias ? ["b"] : []), ["y"], same)
        model.output("y", type: .uint8)
        let sums = sums(
            bytes.map { Int($0) - 117 }, weights.map { Int($0) - 2 }, channels: channels, outputs: outputs, 5,
            6)
        let found = try #require(try run(model, ["x": .bytes([1, channels, 5, 6], bytes)])["y"]).uint8s
        for (index, sum) in sums.enumerated() {
            let channel = index / 30
            let total = Double(sum + (hasBias ? Int(bias[channel]) : 0))
            let exact =
                total * Double(Float(0.02)) * Double(scales[perChannel ? channel : 0]) / Double(Float(0.05))
            let held = min(max(exact + 100, 0), 255)
            // One way or the other where it lies between two numbers, to the digits of a float.
            #expect(abs(Double(found[index]) - held) < 0.5001, "\(index)")
        }
    }

    @Test(arguments: [1, 3, 20, 70]) func `sums of whole numbers are exact`(channels: Int) throws {
        let outputs = 18
        let bytes = image(channels, seed: 5)
        let weights = ONNXWriter.randomBytes([outputs, channels, 3, 3], seed: 6)
        var model = ONNXWriter(opset: 10)
        model.input("x", [1, channels, 5, 6], type: .uint8)
        model.bytes("x_z", [], [131])
        model.signedBytes("w", [outputs, channels, 3, 3], weights)
        model.signedBytes("w_z", [outputs], (0..<outputs).map { Int8($0) - 9 })
        model.node("ConvInteger", ["x", "w", "x_z", "w_z"], ["y"], same)
        model.output("y", type: .int32)
        let shifted = weights.enumerated().map { Int($1) - $0 / (channels * 9) + 9 }
        let expected = sums(bytes.map { Int($0) - 131 }, shifted, channels: channels, outputs: outputs, 5, 6)
        let found = try #require(try run(model, ["x": .bytes([1, channels, 5, 6], bytes)])["y"]).int32s
        // Winograd's products are rounded: to a few millionths of the largest sum.
        let bound = max(expected.map(abs).max()! / 200_000, channels < 5 ? 0 : 1)
        #expect(zip(found, expected).allSatisfy { abs(Int($0) - $1) <= bound })
    }

    @Test(arguments: [[3], [2, 3], [2, 2, 3]]) func `products of whole matrices are exact`(shape: [Int])
        throws
    {
        let columns = 5
        let a = ONNXWriter.randomBytes(shape, seed: 7).map { UInt8(bitPattern: $0) }
        let b = ONNXWriter.randomBytes([3, columns], seed: 8)
        var model = ONNXWriter(opset: 10)
        model.input("a", nil, type: .uint8)
        model.bytes("a_z", [], [3])
        model.signedBytes("b", [3, columns], b)
        model.signedBytes("b_z", [columns], [0, 1, -2, 3, -128])
        model.node("MatMulInteger", ["a", "b", "a_z", "b_z"], ["y"])
        model.output("y", type: .int32)
        let rows = a.count / 3
        let zeros = [0, 1, -2, 3, -128]
        let expected = (0..<rows * columns).map { index in
            (0..<3).reduce(0) { sum, k in
                sum + (Int(a[index / columns * 3 + k]) - 3)
                    * (Int(b[k * columns + index % columns]) - zeros[index % columns])
            }
        }
        let found = try #require(try run(model, ["a": .bytes(shape, a)])["y"])
        #expect(found.shape == shape.dropLast() + [columns])
        #expect(found.int32s.map(Int.init) == expected)
    }

    /// 258 products of the largest numbers there are make up 2^24.
    @Test func `sums are exact up to two to the power of 24`() throws {
        for count in [258, 1_000] {
            var model = ONNXWriter(opset: 10)
            model.input("a", nil, type: .uint8)
            model.bytes("b", [count, 1], Array(repeating: 255, count: count))
            model.node("MatMulInteger", ["a", "b"], ["y"])
            model.output("y", type: .int32)
            let a = Tensor.bytes([1, count], Array(repeating: 255, count: count - 1) + [254])
            let found = try #require(try run(model, ["a": a])["y"]).int32s[0]
            let exact = 255 * 255 * count - 255
            // Beyond, each sum may be off by half of its last digit.
            #expect(abs(Int(found) - exact) <= (count == 258 ? 0 : exact / (1 << 24) * count))
        }
    }

    @Test func `rows and columns of matrices may have scales of their own`() throws {
        var model = ONNXWriter(opset: 21)
        model.input("a", [2, 2, 2], type: .uint8)
        model.initializer("a_s", [2, 2, 1], [1, 2, 3, 4])
        model.bytes("a_z", [2, 2, 1], [0, 1, 0, 1])
        model.bytes("b", [2, 3], [1, 2, 3, 4, 5, 6])
        model.initializer("b_s", [3], [1, 0.5, 2])
        model.bytes("b_z", [3], [0, 0, 1])
        model.parameters("y", 1, zero: 0)
        model.node("QLinearMatMul", ["a", "a_s", "a_z", "b", "b_s", "b_z", "y_s", "y_z"], ["y"])
        model.output("y", type: .uint8)
        let found = try run(model, ["a": .bytes([2, 2, 2], [1, 2, 1, 2, 1, 0, 0, 3])])["y"]
        // a: [1 2] [0 2] [3 0] [-4 8]; b: [1 1 4] [4 2.5 10]
        #expect(found?.uint8s == [9, 6, 24, 8, 5, 20, 3, 3, 12, 28, 16, 64])
    }

    /// What ONNX Runtime's quantiser writes in its own domain.
    private func runtime(_ type: String, _ inputs: [String], _ attributes: [[UInt8]] = []) -> ONNXWriter {
        var model = ONNXWriter(opset: 13)
        model.input("x", [1, 1, 2, 2], type: .uint8)
        model.parameters("x", 0.5, zero: 2)
        model.parameters("y", 0.25, zero: 1)
        model.bytes("c", [1, 1, 2, 2], [2, 4, 2, 6])
        model.node(type, inputs, ["y"], name: "n", domain: "com.microsoft", attributes)
        model.output("y", type: .uint8)
        return model
    }

    @Test func `operators of ONNX Runtime's quantiser are those over floats between scales`() throws {
        let (x, c, y) = (["x", "x_s", "x_z"], ["c", "x_s", "x_z"], ["y_s", "y_z"])
        let window = [ONNXAttribute.ints("kernel_shape", [2, 2])]
        let cases: [(String, [String], [[UInt8]], [UInt8])] = [
            ("QLinearAdd", x + c + y, [], [3, 5, 0, 17]), ("QLinearMul", x + c + y, [], [1, 1, 1, 17]),
            ("QLinearSigmoid", x + y, [], [3, 3, 2, 5]),
            ("QLinearLeakyRelu", x + y, [ONNXAttribute.float("alpha", 0.25)], [3, 1, 0, 9]),
            ("QLinearAveragePool", x + y, window, [3]), ("QLinearGlobalAveragePool", x + y, [], [3]),
            ("QLinearConcat", y + x + c, [ONNXAttribute.int("axis", 1)], [3, 1, 0, 9, 1, 5, 1, 9]),
        ]
        for (type, inputs, attributes, expected) in cases {
            let model = runtime(type, inputs, attributes)
            // 0.5, 0, -1, 2 (and 0, 1, 0, 2).
            let found = try run(model, ["x": .bytes([1, 1, 2, 2], [3, 2, 0, 6])])["y"]
            #expect(found?.uint8s == expected, "\(type)")
        }
    }

    @Test(arguments: [false, true], [false, true])
    func `a fully connected layer of bytes has a bias of integers`(transposes: Bool, isFloat: Bool) throws {
        var model = ONNXWriter(opset: 13)
        model.input("x", [2, 2], type: .uint8)
        model.parameters("x", 0.5, zero: 2)
        model.bytes(
            "w", transposes ? [3, 2] : [2, 3], transposes ? [1, 4, 2, 5, 3, 6] : [1, 2, 3, 4, 5, 6])
        model.initializer("w_s", [3], [1, 2, 0.5])
        model.bytes("w_z", [3], [0, 0, 1])
        model.integers("b", [3], [2, -1, 4])
        model.parameters("y", 0.5, zero: 20)
        model.node(
            "QGemm", ["x", "x_s", "x_z", "w", "w_s", "w_z", "b"] + (isFloat ? [] : ["y_s", "y_z"]), ["y"],
            domain: "com.microsoft", [ONNXAttribute.int("transB", transposes ? 1 : 0)])
        model.output("y", type: isFloat ? .float32 : .uint8)
        let found = try #require(try run(model, ["x": .bytes([2, 2], [4, 2, 0, 3])])["y"])
        // x: [1 0] [-1 0.5]; w: [1 4 1] [4 10 2.5]; b: [1 -1 1]
        let expected: [Float] = [2, 3, 2, 2, 0, 1.25]
        #expect(
            isFloat
                ? found.floats == expected
                : found.uint8s == expected.map { UInt8(($0 * 2 + 20).rounded(.toNearestOrEven)) })
    }

    @Test func `what is left out or turned to channels last is refused by name`() {
        func fault(_ model: ONNXWriter) -> NodeFault? {
            guard case .node(let fault) = refusal(model, ["x": .bytes([1, 1, 2, 2], [1, 2, 3, 4])]) else {
                return nil
            }
            return fault
        }
        let last = fault(
            runtime(
                "QLinearGlobalAveragePool", ["x", "x_s", "x_z", "y_s", "y_z"],
                [ONNXAttribute.int("channels_last", 1)]))
        #expect(
            last?.attribute == "channels_last"
                && last?.operatorType == "com.microsoft.QLinearGlobalAveragePool")
        let missing = fault(runtime("QLinearAdd", ["x", "", "x_z", "c", "x_s", "x_z", "y_s", "y_z"]))
        #expect(missing?.attribute == "x_scale" || missing?.attribute == "A_scale")
        #expect(fault(runtime("QLinearConcat", ["y_s", "y_z", "x", "x_s"]))?.attribute == "inputs")
        #expect(fault(runtime("QLinearSoftmax", ["x"]))?.reason == "the operator is not supported")
    }
}
