import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// Operators that exporters write whole where others write what they are made of.
@Suite struct ExporterOperatorTests: OperatorSuite {
    private let places = (-60...60).map { Float($0) / 4 } + [-80, 80]

    @Test func `mish is x times the tangent of softplus, from opset 18 on`() throws {
        let found = try y(single("Mish", opset: 18), Tensor(shape: [123], floats: places))
        expect(found, [123], places.map { Double($0) * tanh(log1p(exp(Double($0)))) })
        #expect(fault(single("Mish", opset: 17), [1])?.reason == "opset 17 does not have the operator")
        #expect(fault(single("Mish", opset: 18, inputs: ["x", "x"]), [1])?.attribute == "inputs")
    }

    @Test func `selu has numbers of its own, or the attributes'`() throws {
        func selu(_ alpha: Double, _ gamma: Double) -> [Double] {
            places.map { gamma * ($0 > 0 ? Double($0) : alpha * (exp(Double($0)) - 1)) }
        }
        let x = Tensor(shape: [3, 41], floats: places)
        expect(try y(single("Selu", opset: 7), x), [3, 41], selu(1.6732632423543772, 1.0507009873554805))
        let other = [ONNXAttribute.float("alpha", 2), ONNXAttribute.float("gamma", 0.5)]
        expect(try y(single("Selu", opset: 22, other), x), [3, 41], selu(2, 0.5))
        #expect(fault(single("Selu", [ONNXAttribute.float("beta", 1)]), [1])?.attribute == "beta")
    }

    @Test(arguments: [[2, 19, 5, 7], [2, 3, 9], [1, 2, 3, 2, 4], [1, 3, 1, 1]])
    func `the largest of each plane is over all its axes`(_ shape: [Int]) throws {
        let x = randomTensor(shape, seed: 3)
        let plane = shape[2...].reduce(1, *)
        let largest = (0..<shape[0] * shape[1]).map { index in
            Double(x.floats[index * plane..<(index + 1) * plane].max() ?? .nan)
        }
        let output = Array(shape[..<2]) + shape[2...].map { _ in 1 }
        expect(try y(single("GlobalMaxPool", opset: 7), x), output, largest, within: 0)
    }

    /// Where convolutions hand it blocks, of which the last is not full.
    @Test func `the largest of each plane is taken of blocks as of planes`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.random("w", [19, 8, 3, 3], seed: 1)
        model.initializer("b", [19], Array(repeating: -9, count: 19))
        model.random("v", [5, 19, 1, 1], seed: 3)
        model.node("Conv", ["x", "w", "b"], ["c"])
        model.node("GlobalMaxPool", ["c"], ["g"])
        model.node("Conv", ["g", "v"], ["y"])
        model.output("y")
        let x = randomTensor([2, 8, 9, 11], seed: 4)
        var options = Session.Options()
        let fused = try #require(try run(model, ["x": x], options: options)["y"])
        options.fusion = false
        let plain = try #require(try run(model, ["x": x], options: options)["y"])
        expect(fused, [2, 5, 1, 1], plain.floats.map(Double.init))
    }

    @Test func `the largest of nothing is refused`() {
        #expect(
            fault(single("GlobalMaxPool"), [1, 2, 0, 3])?.reason
                == "the largest of [0, 3] elements, over 16777216 or none")
        #expect(
            fault(single("GlobalMaxPool"), [1, 2])?.reason == "shape [1, 2] has no spatial dimensions")
    }

    private func tile(_ repeats: [Int64]) -> ONNXWriter {
        var model = single("Tile", inputs: ["x", "repeats"])
        model.initializer("repeats", repeats)
        return model
    }

    @Test func `a tile repeats the whole along each axis`() throws {
        let x = Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
        for repeats in [[1, 1], [1, 2], [2, 1], [3, 2], [0, 2]] as [[Int64]] {
            let shape = [2 * Int(repeats[0]), 3 * Int(repeats[1])]
            let values = (0..<shape[0] * shape[1]).map { index in
                Double(x.floats[index / shape[1] % 2 * 3 + index % shape[1] % 3])
            }
            expect(try y(tile(repeats), x), shape, values, within: 0)
        }
    }

    @Test func `a tile takes as many times as there are axes, none below 0`() {
        #expect(fault(tile([2]), [2, 3])?.reason == "has 1 elements instead of 2")
        #expect(fault(tile([1, -1]), [2, 3])?.reason == "-1 is not a number of times")
        for repeats in [[1 << 30, 1 << 30], [.max, 1]] as [[Int64]] {
            let error = refusal(tile(repeats), ["x": randomTensor([2, 3], seed: 1)])
            guard case .limit = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    private func groups(
        opset: UInt64, _ groups: Int64?, parameters: Int, _ more: [[UInt8]] = []
    ) -> ONNXWriter {
        var model = single(
            "GroupNormalization", opset: opset, inputs: ["x", "scale", "bias"],
            more + (groups.map { [ONNXAttribute.int("num_groups", $0)] } ?? []))
        model.random("scale", [parameters], seed: 5)
        model.random("bias", [parameters], seed: 6)
        return model
    }

    /// The specification's formula, with the number of the scale for each channel.
    private func normalised(
        _ x: Tensor, _ groups: Int, epsilon: Double, _ parameter: (Int) -> (scale: Float, bias: Float)
    ) -> [Double] {
        let channels = x.shape[1]
        let plane = x.shape[2...].reduce(1, *)
        let size = channels / groups * plane
        let values = x.floats.map(Double.init)
        return values.indices.map { index in
            let group = values[index / size * size..<(index / size + 1) * size]
            let mean = group.reduce(0, +) / Double(size)
            let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            let (scale, bias) = parameter(index / plane % channels)
            return (values[index] - mean) / (variance + epsilon).squareRoot() * Double(scale) + Double(bias)
        }
    }

    @Test(arguments: [UInt64(18), 20, 21, 23], [[2, 6, 5, 7], [3, 6, 4], [1, 6]])
    func `groups of channels are normalised, with numbers a group before opset 21, a channel since`(
        opset: UInt64, shape: [Int]
    ) throws {
        let x = randomTensor(shape, seed: 8)
        for groups in [1, 3, 6] where shape.count > 2 || groups < 6 {
            let count = opset < 21 ? groups : 6
            let (scale, bias) = (
                randomTensor([count], seed: 5).floats, randomTensor([count], seed: 6).floats
            )
            for epsilon in [nil, 0.25] as [Float?] {
                let more = epsilon.map { [ONNXAttribute.float("epsilon", $0)] } ?? []
                let model = self.groups(opset: opset, Int64(groups), parameters: count, more)
                let expected = normalised(x, groups, epsilon: Double(epsilon ?? 1e-5)) { channel in
                    let place = opset < 21 ? channel / (6 / groups) : channel
                    return (scale[place], bias[place])
                }
                expect(try y(model, x), shape, expected, within: 1e-5)
            }
        }
    }

    @Test func `groups refuse what does not fit`() {
        #expect(
            fault(groups(opset: 17, 2, parameters: 2), [1, 6, 2])?.reason
                == "opset 17 does not have the operator")
        #expect(
            fault(groups(opset: 21, nil, parameters: 6), [1, 6, 2])?.reason == "the attribute is missing")
        #expect(fault(groups(opset: 21, 0, parameters: 6), [1, 6, 2])?.attribute == "num_groups")
        #expect(
            fault(groups(opset: 21, 4, parameters: 6), [1, 6, 2])?.reason
                == "4 groups do not divide 6 channels")
        #expect(
            fault(groups(opset: 21, 3, parameters: 3), [1, 6, 2])?.reason == "shape [3] where [6] is needed")
        #expect(fault(groups(opset: 18, 3, parameters: 6), [1, 6, 2])?.attribute == "scale")
        #expect(fault(groups(opset: 21, 3, parameters: 6), [6])?.reason == "shape [6] has no channels")
        let half = [ONNXAttribute.int("stash_type", 10)]
        #expect(fault(groups(opset: 21, 3, parameters: 6, half), [1, 6, 2])?.attribute == "stash_type")
        #expect(fault(groups(opset: 18, 3, parameters: 3, half), [1, 6, 2])?.attribute == "stash_type")
    }
}
