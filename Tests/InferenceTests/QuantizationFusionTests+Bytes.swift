import Inference
import Kernels
import TestKit
import Testing

/// Which layers of a quantised graph run in products of bytes, on CPUs that have instructions for them.
extension QuantizationFusionTests {
    /// How each named step went about it; the outputs are those without fusion.
    private func algorithms(_ model: ONNXWriter) throws -> [String: String] {
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: model.bytes, name: "test", options: options)
        let found = try session.run(["x": image])
        options.fusion = false
        for (name, expected) in try run(model, ["x": image], options: options) {
            #expect(try #require(found[name]).floats == expected.floats, "\(name)")
        }
        let timings = session.profile()
        let usesBytes = timings.contains { $0.algorithm == "bytes" }
        #expect(session.multipliesBytes == usesBytes)
        return Dictionary(timings.map { ($0.name, $0.algorithm) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a layer of bytes is called here.
    private var bytes: Bool { KernelTable.current.multipliesBytes }

    @Test func `dense layers between bytes are products of bytes where the CPU has those`() throws {
        var model = model()
        model.node("Conv", ["r", "p", "p_bias"], ["a"], name: "a")
        model.pair("a", "ar", 0x1p-5, zero: 100)
        model.node("Conv", ["ar", "d", "d_bias"], ["b"], name: "b", same + [ONNXAttribute.int("group", 20)])
        model.pair("b", "br", 0x1p-5, zero: 9)
        model.node("Conv", ["br", "s", "s_bias"], ["y"], name: "y", same)
        model.output("y")
        let found = try algorithms(model)
        #expect((found["a"] == "bytes") == bytes)
        #expect(found["b"]?.hasPrefix("winogradDepthwise") == true)
        #expect((found["y"] == "bytes") == bytes)
    }

    @Test func `numbers that are only moved stay bytes`() throws {
        var model = model()
        model.node(
            "MaxPool", ["r"], ["m"], name: "pool",
            [ONNXAttribute.ints("kernel_shape", [2, 2]), ONNXAttribute.ints("strides", [2, 2])])
        model.node("Conv", ["m", "s", "s_bias"], ["y"], name: "y", same)
        model.output("y")
        #expect(try (algorithms(model)["y"] == "bytes") == bytes)
    }

    @Test func `a layer of floats, or of inputs that are not rounded, is none of bytes`() throws {
        var model = model()
        model.initializer(
            "f", [20, 20, 1, 1],
            randomTensor([20, 20, 1, 1], seed: 4).floats.map { ($0 * 64).rounded() / 64 })
        model.node("Conv", ["r", "f"], ["a"], name: "a")
        model.node("Conv", ["a", "p", "p_bias"], ["y"], name: "y")
        model.output("y")
        let found = try algorithms(model)
        #expect(!found.values.contains("bytes"))
    }

    @Test func `heads that become one convolution are one of bytes`() throws {
        var model = model()
        weights(&model, "q", [4, 20, 1, 1], seed: 8)
        for (name, head) in [("a", "p"), ("b", "q")] {
            model.node("Conv", ["r", head, head + "_bias"], [name], name: name)
            model.node(
                "Transpose", [name], ["y" + name], name: "t" + name,
                [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
            model.output("y" + name)
        }
        #expect(try (algorithms(model)["a + b"] == "bytes") == bytes)
    }

    /// A graph whose layer `y` multiplies a row for each image, by weights with a step for each place of
    /// `axis`.
    private func fullyConnected(_ operatorType: String, _ shape: [Int], axis: Int) -> ONNXWriter {
        var model = model()
        model.node("Flatten", ["r"], ["f"])
        model.randomBytes("w_b", shape, seed: 5)
        model.initializer("w_s", [shape[axis]], (0..<shape[axis]).map { $0 % 3 == 1 ? 0x1p-9 : 0x1p-8 })
        model.node("DequantizeLinear", ["w_b", "w_s"], ["w"], [ONNXAttribute.int("axis", Int64(axis))])
        let attributes = operatorType == "Gemm" ? [ONNXAttribute.int("transB", 1)] : []
        model.node(operatorType, ["f", "w"], ["m"], name: "y", attributes)
        model.pair("m", "y", 0x1p-3)
        model.output("y")
        return model
    }

    @Test func `rows that are whole blocks are multiplied as bytes, by a matrix either way up`() throws {
        #expect(try (algorithms(fullyConnected("Gemm", [7, 1440], axis: 0))["y"] == "bytes") == bytes)
        #expect(try (algorithms(fullyConnected("MatMul", [1440, 7], axis: 1))["y"] == "bytes") == bytes)
    }

    @Test func `a matrix whose steps are those of its inputs is none of bytes`() throws {
        #expect(try algorithms(fullyConnected("Gemm", [7, 1440], axis: 1))["y"] != "bytes")
        #expect(try algorithms(fullyConnected("MatMul", [1440, 7], axis: 0))["y"] != "bytes")
    }
}
