import Foundation
import Inference
import Kernels
import TestKit
import Testing

@Suite struct SessionTests {
    /// conv -> relu -> global mean over free batch, height and width.
    private func network() -> ONNXWriter {
        var model = ONNXWriter()
        model.input("image", [nil, 3, nil, nil])
        model.random("w", [4, 3, 3, 3], seed: 1)
        model.random("b", [4], seed: 2)
        model.node(
            "Conv", ["image", "w", "b"], ["c"], name: "conv", [ONNXAttribute.ints("pads", [1, 1, 1, 1])])
        model.node("Relu", ["c"], ["r"], name: "relu")
        model.node("GlobalAveragePool", ["r"], ["y"], name: "mean")
        model.output("y", [nil, 4, 1, 1])
        return model
    }

    @Test func `inputs and outputs are described`() throws {
        let session = try Session(model: network().bytes, name: "net")
        #expect(
            session.inputs == [
                ValueDescription(
                    name: "image", fileType: .float32,
                    dimensions: [.free("N"), .fixed(3), .free("N"), .free("N")])
            ])
        #expect(session.outputs.map(\.name) == ["y"])
        #expect(session.fingerprint.count == 64)
    }

    @Test func `free dimensions take any size and plans are bounded`() throws {
        var options = Session.Options()
        options.planCacheLimit = 2
        let session = try Session(model: network().bytes, name: "net", options: options)
        for size in 3..<9 {
            let output = try session.run(randomTensor([size - 2, 3, size, 5], seed: 3))
            #expect(output[0].shape == [size - 2, 4, 1, 1])
            #expect(session.cachedPlanCount <= 2)
        }
        #expect(session.cachedPlanCount == 2)
    }

    @Test func `each image of a batch gives what it gives alone`() throws {
        let session = try Session(model: network().bytes, name: "net")
        let batch = randomTensor([3, 3, 7, 7], seed: 4)
        let together = try session.run(batch)[0].floats
        for index in 0..<3 {
            let image = Tensor(
                shape: [1, 3, 7, 7], floats: Array(batch.floats[index * 147..<(index + 1) * 147]))
            let alone = try session.run(image)[0].floats
            let difference = TensorDifference(Array(together[index * 4..<(index + 1) * 4]), expected: alone)
            #expect(try #require(difference).relativeMaximum < 1e-5)
        }
    }

    @Test func `a precision changes answers by as much as it says`() throws {
        var model = ONNXWriter()
        model.input("x", [1, 24, 9, 9])
        model.random("v", [32, 24, 3, 3], seed: 5)
        model.random("w", [40, 32, 3, 3], seed: 6)
        model.random("m", [1000, 8], seed: 7)
        model.node("Conv", ["x", "v"], ["a"], name: "a", [ONNXAttribute.ints("pads", [1, 1, 1, 1])])
        model.node(
            "Conv", ["a", "w"], ["b"], name: "b",
            [
                ONNXAttribute.ints("pads", [1, 1, 1, 1]), ONNXAttribute.ints("strides", [2, 2]),
            ])
        model.node("Flatten", ["b"], ["f"], name: "f")
        model.node("Gemm", ["f", "m"], ["y"], name: "y")
        model.output("y", [1, 8])
        let input = randomTensor([1, 24, 9, 9], seed: 8)
        func answer(_ precision: Precision) throws -> [Float] {
            var options = Session.Options()
            options.precision = precision
            return try Session(model: model.bytes, name: "net", options: options).run(input)[0].floats
        }
        let exact = try answer(.float32)
        for (precision, least, most) in [
            (Precision.float16Weights, 1e-6, 2e-3), (.bfloat16, 1e-4, 3e-2), (.int8, 1e-3, 5e-2),
        ] {
            let difference = try #require(TensorDifference(answer(precision), expected: exact))
            #expect(difference.relativeMaximum > least && difference.relativeMaximum < most, "\(precision)")
        }
    }

    /// The first convolution has 65,536 weights, the second some more.
    @Test(arguments: [(256, true), (257, false)])
    func `with float16 weights small convolutions stay float32`(outputs: Int, staysAsItIs: Bool) throws {
        var model = ONNXWriter()
        model.input("x", [1, 256, 3, 3])
        model.random("w", [outputs, 256, 1, 1], seed: 4)
        model.node("Conv", ["x", "w"], ["y"], name: "c")
        model.output("y", [1, outputs, 3, 3])
        let input = randomTensor([1, 256, 3, 3], seed: 9)
        let answers = try [Precision.float32, .float16Weights].map { precision in
            var options = Session.Options()
            options.precision = precision
            return try Session(model: model.bytes, name: "net", options: options).run(input)[0].floats
        }
        #expect((answers[0] == answers[1]) == staysAsItIs)
    }

    @Test func `a dimension that the model fixes is held to`() throws {
        let error = refusal(network(), ["image": randomTensor([1, 4, 5, 5], seed: 1)])
        #expect(
            error
                == .input(
                    name: "image",
                    reason: "has shape [1, 4, 5, 5], the model declares [N, 3, N, N] with axis 1 fixed"))
    }

    @Test func `a fixed batch of 1 refuses other batches`() {
        var model = ONNXWriter()
        model.input("x", [1, 2])
        model.node("Relu", ["x"], ["y"])
        model.output("y")
        #expect(
            refusal(model, ["x": randomTensor([2, 2], seed: 1)])
                == .input(name: "x", reason: "has shape [2, 2], the model declares [1, 2] with axis 0 fixed"))
    }

    @Test func `inputs are held to their names types and ranks`() throws {
        let image = randomTensor([1, 3, 4, 4], seed: 1)
        #expect(refusal(network(), [:]) == .input(name: "image", reason: "is missing"))
        #expect(
            refusal(network(), ["image": image, "more": image])
                == .input(name: "more", reason: "the model has no such input"))
        #expect(
            refusal(network(), ["image": Tensor(shape: [1], int64s: [1])])
                == .input(name: "image", reason: "is int64, the model takes float32"))
        #expect(
            refusal(network(), ["image": randomTensor([3, 4, 4], seed: 1)])
                == .input(name: "image", reason: "has shape [3, 4, 4], the model declares [N, 3, N, N]"))
    }

    @Test func `plans can be made ahead`() throws {
        let session = try Session(model: network().bytes, name: "net")
        try session.prepare(shapes: ["image": [2, 3, 9, 9]])
        #expect(session.cachedPlanCount == 1)
        _ = try session.run(randomTensor([2, 3, 9, 9], seed: 5))
        #expect(session.cachedPlanCount == 1)
        #expect(throws: InferenceError.input(name: "image", reason: "no shape is given")) {
            try session.prepare(shapes: [:])
        }
    }

    @Test func `memory is refused before it is taken`() throws {
        var options = Session.Options()
        options.maximumArenaBytes = 100_000
        let error = refusal(network(), ["image": randomTensor([1, 3, 100, 100], seed: 1)], options: options)
        guard case .limit = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a file is run as bytes are`() throws {
        let folder = TemporaryFolder()
        try Data(network().bytes).write(to: URL(fileURLWithPath: folder.file("net.onnx")))
        let (file, memory) = (
            try Session(modelAt: folder.file("net.onnx")), try Session(model: network().bytes, name: "net")
        )
        let image = randomTensor([1, 3, 6, 6], seed: 6)
        #expect(try file.run(image)[0].floats == memory.run(image)[0].floats)
        #expect(file.fingerprint == memory.fingerprint)
    }

    @Test func `constants are run as bytes are, without a copy`() throws {
        let bytes = network().bytes
        // Never freed, as a constant is not.
        let constant = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        constant.copyBytes(from: bytes)
        let (here, memory) = (
            try Session(constantModel: UnsafeRawBufferPointer(constant)),
            try Session(model: bytes, name: "net")
        )
        let image = randomTensor([1, 3, 6, 6], seed: 6)
        #expect(try here.run(image)[0].floats == memory.run(image)[0].floats)
        #expect(here.fingerprint == memory.fingerprint)
        #expect(try ModelSummary.read(constantModel: UnsafeRawBufferPointer(constant)).isSupported)
    }

    @Test func `a file that is not there is an error`() {
        #expect(throws: InferenceError.self) { try Session(modelAt: "/nonexistent/model.onnx") }
        #expect(throws: InferenceError.self) { try Session(model: [], name: "empty") }
    }

    @Test func `concurrent runs of several shapes give what single ones give`() async throws {
        var options = Session.Options()
        options.planCacheLimit = 2
        options.idleArenas = 1
        let session = try Session(model: network().bytes, name: "net", options: options)
        let images = (0..<4).map { randomTensor([1, 3, 8 + $0 % 3, 9], seed: UInt64($0)) }
        let expected = try images.map { try session.run($0)[0].floats }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask { try session.run(images[index % 4])[0].floats == expected[index % 4] }
            }
            for try await same in group { #expect(same) }
        }
    }

    @Test func `two threads give what one gives`() throws {
        var options = Session.Options()
        options.threads = 2
        let (two, one) = (
            try Session(model: network().bytes, name: "net", options: options),
            try Session(model: network().bytes, name: "net")
        )
        let image = randomTensor([2, 3, 40, 40], seed: 7)
        let difference = TensorDifference(
            try two.run(image)[0].floats, expected: try one.run(image)[0].floats)
        #expect(try #require(difference).relativeMaximum < 1e-5)
    }

    @Test func `profiles list what ran`() throws {
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: network().bytes, name: "net", options: options)
        for _ in 0..<3 { _ = try session.run(randomTensor([1, 3, 6, 6], seed: 1)) }
        #expect(Set(session.profile().map(\.name)) == ["conv", "mean", "mean (layout)"])
        #expect(session.profile().allSatisfy { $0.runs == 3 && $0.fastest * 3 <= $0.nanoseconds })
        let convolution = try #require(session.profile().first { $0.name == "conv" })
        #expect(convolution.operations > 0 && !convolution.algorithm.isEmpty && !convolution.shapes.isEmpty)
        #expect(try Session(model: network().bytes, name: "net").profile().isEmpty)
    }
}
