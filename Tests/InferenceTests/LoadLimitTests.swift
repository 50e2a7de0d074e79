import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// A few bytes of a file that ask for a lot: refused by the node's name, before anything is made or counted.
@Suite struct LoadLimitTests {
    /// A convolution of `x` whose weights a node makes.
    private func model(weights shape: [Int64], _ attributes: [[UInt8]], nodes: Int = 1) -> ONNXWriter {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.initializer("shape", shape)
        model.node(
            "ConstantOfShape", ["shape"], ["w"], name: "weights",
            [ONNXAttribute.tensor("value", ONNXWriter.tensor("v", [1], [0.01]))])
        for node in 0..<nodes {
            model.node("Conv", ["x", "w"], ["y\(node)"], name: "conv \(node)", attributes)
            model.output("y\(node)")
        }
        return model
    }

    private let wide = [
        ONNXAttribute.string("auto_pad", "SAME_UPPER"), ONNXAttribute.ints("dilations", [1 << 24, 1 << 24]),
    ]

    /// Small enough to be packed by every kind, of which products of matrices fill up the most channels.
    /// Dense over blocks, from planes, depthwise over blocks and over planes, groups.
    @Test(
        arguments: [
            (5, [1, 5, 200, 200], 1), (3, [1, 3, 200, 200], 1), (5, [5, 1, 200, 200], 5),
            (5, [10, 1, 200, 200], 5),
            (6, [6, 2, 200, 200], 3),
        ], Precision.allCases) func `windows that reach too far are refused by name`(
            _ given: (channels: Int, weights: [Int64], groups: Int64), precision: Precision
        )
    {
        var options = Session.Options()
        options.precision = precision
        let model = model(weights: given.weights, wide + [ONNXAttribute.int("group", given.groups)])
        let x = Tensor(
            shape: [1, given.channels, 8, 8], floats: Array(repeating: 1, count: given.channels * 64))
        guard case .node(let fault) = refusal(model, ["x": x], options: options) else {
            Issue.record("refused for another reason")
            return
        }
        #expect(fault.node == "conv 0" && fault.attribute == "dilations")
    }

    /// The reach of each axis is allowed, what a band of rows takes is not: it would not even fit an integer.
    @Test(arguments: [(4_096, 4_096, 1), (4_096, 1, 4_096)]) func `so is what windows read together`(
        channels: Int, perGroup: Int64, groups: Int64
    ) {
        let model = model(
            weights: [groups, perGroup, 2, 2],
            [
                ONNXAttribute.string("auto_pad", "SAME_UPPER"), ONNXAttribute.int("group", groups),
                ONNXAttribute.ints("dilations", [(1 << 24) - 1, (1 << 24) - 1]),
            ])
        let x = Tensor(shape: [1, channels, 2, 2], floats: Array(repeating: 1, count: channels * 4))
        guard case .limit(let reason) = refusal(model, ["x": x]) else {
            Issue.record("refused for another reason")
            return
        }
        #expect(reason.contains("conv 0") && reason.contains("with their border"), "\(reason)")
    }

    private func limit(_ model: ONNXWriter, _ precision: Precision = .float32) -> String? {
        var options = Session.Options()
        options.precision = precision
        do {
            _ = try Session(model: model.bytes, name: "test", options: options)
            return nil
        } catch .limit(let reason) { return reason } catch { return "\(error)" }
    }

    @Test(arguments: Precision.allCases) func `weights are counted before they are packed`(
        precision: Precision
    ) {
        // 86 MB of a constant, which packing would make 276 MB at least: sixteen channels for five.
        let reason = limit(model(weights: [480_000, 5, 3, 3], []), precision)
        #expect(reason?.contains("\"conv 0\" (Conv) needs ") == true, "\(reason ?? "loaded")")
        #expect(limit(model(weights: [2_000, 5, 3, 3], []), precision) == nil)
    }

    @Test func `one tensor that many nodes share is counted for each`() {
        let reason = limit(model(weights: [2_000, 64, 3, 3], [], nodes: 80))
        #expect(reason?.contains("(Conv) needs 4608000 bytes") == true, "\(reason ?? "loaded")")
        #expect(limit(model(weights: [2_000, 64, 3, 3], [], nodes: 32)) == nil)
    }

    @Test func `fully connected layers are counted too`() {
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.initializer("shape", [1, 8_000_000])
        model.node("ConstantOfShape", ["shape"], ["w"], name: "weights")
        model.node("Gemm", ["x", "w"], ["y"], name: "gemm")
        model.output("y")
        #expect(limit(model)?.contains("\"gemm\" (Gemm) needs 512000000 bytes") == true)
    }

    /// A scale of each for kernels without elements, which cost nothing by themselves: what is remembered of
    /// them is the file's.
    @Test func `scales that many nodes share are kept once`() throws {
        var model = ONNXWriter(opset: 13)
        let channels = 1 << 20
        model.input("x", [1])
        model.initializer("s", [channels], [Float](repeating: 1, count: channels))
        model.randomBytes("w", [channels, 0], seed: 1)
        for node in 0..<2_000 {
            model.node("DequantizeLinear", ["w", "s"], ["y\(node)"], [ONNXAttribute.int("axis", 0)])
        }
        model.node("Identity", ["x"], ["y"])
        model.output("y")
        let before = try mostResidentBytes()
        let session = try Session(model: model.bytes, name: "test", options: .init())
        #expect(try session.run(["x": Tensor(shape: [1], floats: [3])])["y"]!.floats == [3])
        // Copies would be 4 MiB each, and gone again once the session is made.
        #expect(try mostResidentBytes() - before < 4 << 30)
    }

    /// What the process has had in memory at most so far.
    private func mostResidentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1])) * 1024
    }
}
