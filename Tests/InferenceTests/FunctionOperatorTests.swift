import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// Functions and normalisations that some exporters write whole, against their formulas.
@Suite struct FunctionOperatorTests: OperatorSuite {
    private let places = (-60...60).map { Float($0) / 4 } + [-80, 80]

    @Test(arguments: [nil, 0.5, 2, -1] as [Float?]) func `celu bends below 0`(alpha: Float?) throws {
        let attributes = alpha.map { [ONNXAttribute.float("alpha", $0)] } ?? []
        let a = Double(alpha ?? 1)
        // e^80 is more than is worth a tolerance.
        let x = places.filter { abs($0) < 20 }
        expect(
            try y(single("Celu", opset: 12, attributes), Tensor(shape: [x.count], floats: x)), [x.count],
            x.map { $0 > 0 ? Double($0) : a * expm1(Double($0) / a) })
    }

    @Test func `celu takes no alpha of 0 and stays NaN`() throws {
        #expect(fault(single("Celu", [ONNXAttribute.float("alpha", 0)]), [1])?.attribute == "alpha")
        #expect(fault(single("Celu", opset: 11), [1])?.reason == "opset 11 does not have the operator")
        #expect(try y(single("Celu"), Tensor(shape: [1], floats: [.nan])).floats[0].isNaN)
    }

    @Test func `softsign, swish and a threshold are what they are made of`() throws {
        let x = Tensor(shape: [places.count], floats: places)
        let numbers = places.map(Double.init)
        expect(try y(single("Softsign", opset: 7), x), x.shape, numbers.map { $0 / (1 + abs($0)) })
        func swish(_ alpha: Double) -> [Double] { numbers.map { $0 / (1 + exp(-alpha * $0)) } }
        expect(try y(single("Swish", opset: 24), x), x.shape, swish(1))
        expect(
            try y(single("Swish", opset: 24, [ONNXAttribute.float("alpha", 0.5)]), x), x.shape, swish(0.5))
        for alpha in [nil, -2] as [Float?] {
            let attributes = alpha.map { [ONNXAttribute.float("alpha", $0)] } ?? []
            expect(
                try y(single("ThresholdedRelu", opset: 10, attributes), x), x.shape,
                numbers.map { $0 > Double(alpha ?? 1) ? $0 : 0 }, within: 0)
        }
    }

    @Test(arguments: [UInt64(12), 13], [0, 1, 2, -1]) func `the logarithm of a softmax, along an axis or all`(
        opset: UInt64, axis: Int
    ) throws {
        let shape = [3, 5, 4]
        var x = randomTensor(shape, seed: 2).floats
        // Whose powers are no floats.
        x[7] = 500
        let at = axis < 0 ? 2 : axis
        let (extent, inner) =
            opset < 13
            ? (shape[at...].reduce(1, *), 1) : (shape[at], shape[(at + 1)...].reduce(1, *))
        let expected = x.indices.map { index in
            let first = index / (extent * inner) * extent * inner + index % inner
            let line = (0..<extent).map { Double(x[first + $0 * inner]) }
            let largest = line.max()!
            return Double(x[index]) - largest - log(line.reduce(0) { $0 + exp($1 - largest) })
        }
        let model = single("LogSoftmax", opset: opset, [ONNXAttribute.int("axis", Int64(axis))])
        expect(try y(model, Tensor(shape: shape, floats: x)), shape, expected)
    }

    @Test(arguments: [nil, -1, -2] as [Int64?]) func `the last axes are divided by their root mean square`(
        axis: Int64?
    ) throws {
        let (shape, count) = ([3, 4, 6], axis == -2 ? 24 : 6)
        let attributes =
            [ONNXAttribute.float("epsilon", 0.25)] + (axis.map { [ONNXAttribute.int("axis", $0)] } ?? [])
        var model = single("RMSNormalization", opset: 23, inputs: ["x", "s"], attributes)
        model.random("s", [6], seed: 3)
        let (x, scale) = (randomTensor(shape, seed: 4).floats, randomTensor([6], seed: 3).floats)
        let expected = x.indices.map { index in
            let line = x[index / count * count..<(index / count + 1) * count]
            let square = line.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
            return Double(x[index]) / (square + 0.25).squareRoot() * Double(scale[index % 6])
        }
        expect(try y(model, Tensor(shape: shape, floats: x)), shape, expected)
        var counted = single(
            "RMSNormalization", opset: 23, inputs: ["x", "s"], [ONNXAttribute.int("axis", 2)])
        counted.random("s", [6], seed: 3)
        #expect(fault(counted, shape)?.attribute == "axis")
    }

    private func standardised(_ shape: [Int], opset: UInt64 = 15, isConstant: Bool = true) -> ONNXWriter {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil)
        model.random("w", shape, seed: 5)
        for (index, name) in ["scale", "shift", "mean", "variance"].enumerated() {
            model.random(name, [shape[1]], seed: UInt64(6 + index))
        }
        model.node(
            "BatchNormalization", [isConstant ? "w" : "x", "scale", "shift", "mean", "variance"],
            ["n", "m", "v"], name: "standard",
            [
                ONNXAttribute.int("training_mode", 1), ONNXAttribute.float("epsilon", 0.5),
                ONNXAttribute.float("momentum", 0.75),
            ])
        model.node("Add", ["x", "n"], ["y"])
        model.output("y")
        model.output("m")
        model.output("v")
        return model
    }

    /// As weights that are standardised are exported.
    @Test(arguments: [[1, 3, 20], [2, 3, 4, 5], [4, 3]]) func `a constant is normalised by its own numbers`(
        shape: [Int]
    ) throws {
        let w = randomTensor(shape, seed: 5).floats.map(Double.init)
        let numbers = (6..<10).map { randomTensor([shape[1]], seed: UInt64($0)).floats.map(Double.init) }
        let plane = shape[2...].reduce(1, *)
        var (normal, running) = (w, [[Double]](repeating: [], count: 2))
        for channel in 0..<shape[1] {
            let own = w.indices.filter { $0 / plane % shape[1] == channel }
            let mean = own.reduce(0) { $0 + w[$1] } / Double(own.count)
            let variance = own.reduce(0) { $0 + (w[$1] - mean) * (w[$1] - mean) } / Double(own.count)
            for index in own {
                normal[index] =
                    (w[index] - mean) / (variance + 0.5).squareRoot() * numbers[0][channel]
                    + numbers[1][channel]
            }
            running[0].append(0.75 * numbers[2][channel] + 0.25 * mean)
            running[1].append(0.75 * numbers[3][channel] + 0.25 * variance)
        }
        let zeros = Tensor(shape: shape, floats: Array(repeating: 0, count: w.count))
        var options = Session.Options()
        options.profiling = true
        let session = try Session(model: standardised(shape).bytes, name: "test", options: options)
        let found = try session.run(["x": zeros])
        expect(try #require(found["y"]), shape, normal)
        expect(try #require(found["m"]), [shape[1]], running[0])
        expect(try #require(found["v"]), [shape[1]], running[1])
        #expect(session.profile().count == 1, "what is constant was not made before the run")
    }

    /// With a scale that is no constant the node runs, and only what it names is there to be written.
    @Test(arguments: [1, 2, 3]) func `a constant is normalised in the run with the outputs that are named`(
        count: Int
    ) throws {
        var model = ONNXWriter(opset: 15)
        model.input("x", nil)
        model.random("w", [2, 3, 4], seed: 5)
        let names = Array(["y", "m", "v"].prefix(count))
        model.node(
            "BatchNormalization", ["w", "x", "x", "x", "x"], names, name: "standard",
            [ONNXAttribute.int("training_mode", 1)])
        for name in names { model.output(name) }
        let found = try Session(model: model.bytes, name: "test").run([
            "x": Tensor(shape: [3], floats: [1, 2, 3])
        ])
        #expect(found.count == count && found["y"]?.shape == [2, 3, 4])
        let values = try #require(found["y"]).floats
        for channel in 0..<3 {
            let own = values.indices.filter { $0 / 4 % 3 == channel }
            let mean = own.reduce(0.0) { $0 + Double(values[$1]) } / 8
            #expect(abs(mean - Double(channel + 1)) < 1e-5, "the shift is left")
        }
    }

    @Test func `the statistics of a batch are no part of an answer`() {
        let fault = fault(standardised([1, 3, 4], isConstant: false), [1, 3, 4])
        #expect(fault?.node == "standard" && fault?.attribute == "training_mode")
        #expect(self.fault(standardised([1, 3, 4], opset: 13), [1, 3, 4])?.node == "standard")
    }
}
