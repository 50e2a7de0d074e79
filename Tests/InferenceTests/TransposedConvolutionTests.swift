import Inference
import Kernels
import TestKit
import Testing

/// `ConvTranspose` against its definition: each element times the kernel, added to where the two meet.
@Suite struct TransposedConvolutionTests {
    struct Case: Sendable {
        var input = [2, 6, 5, 7]
        /// Of a group.
        var outputs = 4
        var kernel = [3, 3]
        var strides: [Int]?
        var dilations: [Int]?
        var pads: [Int]?
        var outputPadding: [Int]?
        var groups = 1
        var hasBias = true
        /// What the pads are, where another attribute says it.
        var outputShape: [Int]?
        var autoPad: String?

        var attributes: [[UInt8]] {
            var attributes = [ONNXAttribute.int("group", Int64(groups))]
            for (name, values) in [
                ("strides", strides), ("dilations", dilations), ("pads", pads),
                ("output_padding", outputPadding), ("output_shape", outputShape), ("kernel_shape", kernel),
            ] {
                if let values { attributes.append(ONNXAttribute.ints(name, values.map { Int64($0) })) }
            }
            if let autoPad { attributes.append(ONNXAttribute.string("auto_pad", autoPad)) }
            return attributes
        }
    }

    /// Cases with the shape and the first pads that they come to.
    static let cases: [(Case, shape: [Int], before: [Int])] = [
        (Case(), [7, 9], [0, 0]),
        (Case(strides: [2, 2]), [11, 15], [0, 0]),
        (Case(kernel: [2, 2], strides: [2, 2], hasBias: false), [10, 14], [0, 0]),
        (Case(kernel: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1]), [10, 14], [1, 1]),
        (Case(strides: [2, 3], pads: [1, 2, 0, 1], outputPadding: [1, 2]), [11, 20], [1, 2]),
        (Case(kernel: [2, 3], dilations: [3, 2], pads: [0, 1, 2, 3]), [6, 7], [0, 1]),
        (Case(strides: [1, 2], dilations: [2, 2], outputPadding: [1, 1]), [10, 18], [0, 0]),
        (Case(strides: [2, 2], groups: 2), [11, 15], [0, 0]),
        (
            Case(outputs: 1, kernel: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1], groups: 6), [10, 14],
            [1, 1]
        ),
        (Case(kernel: [1, 1], strides: [3, 1]), [13, 7], [0, 0]),
        (Case(strides: [2, 2], pads: [5, 6, 5, 6]), [1, 3], [5, 6]),
        (Case(input: [3, 4, 11], kernel: [4], strides: [3], pads: [1, 0]), [33], [1]),
        (Case(input: [1, 4, 6], kernel: [3], groups: 4), [8], [0]),
        (Case(strides: [2, 2], outputShape: [10, 13]), [10, 13], [1, 1]),
        (Case(strides: [2, 2], outputShape: [10, 13], autoPad: "SAME_UPPER"), [10, 13], [0, 1]),
        (Case(strides: [2, 2], autoPad: "SAME_UPPER"), [10, 14], [0, 0]),
        (Case(strides: [2, 2], autoPad: "SAME_LOWER"), [10, 14], [1, 1]),
        (Case(strides: [2, 2], autoPad: "VALID"), [11, 15], [0, 0]),
        (Case(input: [1, 70, 40, 90], outputs: 33, kernel: [4, 4], strides: [2, 2]), [82, 182], [0, 0]),
        (Case(input: [0, 6, 5, 7]), [7, 9], [0, 0]),
    ]

    private func model(_ test: Case, _ attributes: [[UInt8]]? = nil, weights: [Int]? = nil) -> ONNXWriter {
        var model = single(
            "ConvTranspose", opset: 11, inputs: test.hasBias ? ["x", "w", "b"] : ["x", "w"],
            attributes ?? test.attributes)
        model.random("w", weights ?? [test.input[1], test.outputs] + test.kernel, seed: 2)
        if test.hasBias { model.random("b", [test.outputs * test.groups], seed: 3) }
        return model
    }

    private func expected(_ test: Case, _ x: [Float], _ shape: [Int], _ before: [Int]) -> [Double] {
        func lifted(_ values: [Int]?, _ fallback: Int) -> [Int] {
            guard let values else { return [fallback, fallback] }
            return values.count == 2 ? values : [fallback] + values
        }
        let input = test.input.count == 4 ? test.input : [test.input[0], test.input[1], 1, test.input[2]]
        let (kernel, size) = (lifted(test.kernel, 1), lifted(shape, 1))
        let (strides, dilations) = (lifted(test.strides, 1), lifted(test.dilations, 1))
        let pads = lifted(before, 0)
        let weights = randomTensor([input[1], test.outputs] + kernel, seed: 2).floats
        let bias = randomTensor([test.outputs * test.groups], seed: 3).floats
        let channels = test.outputs * test.groups
        var sums = (0..<input[0] * channels * size[0] * size[1]).map { index in
            test.hasBias ? Double(bias[index / (size[0] * size[1]) % channels]) : 0
        }
        for index in x.indices {
            let (column, row) = (index % input[3], index / input[3] % input[2])
            let plane = index / (input[2] * input[3])
            let (channel, image) = (plane % input[1], plane / input[1])
            let group = channel / (input[1] / test.groups)
            for output in 0..<test.outputs {
                for tap in 0..<kernel[0] * kernel[1] {
                    let y = row * strides[0] + tap / kernel[1] * dilations[0] - pads[0]
                    let x1 = column * strides[1] + tap % kernel[1] * dilations[1] - pads[1]
                    guard y >= 0, y < size[0], x1 >= 0, x1 < size[1] else { continue }
                    let to = ((image * channels + group * test.outputs + output) * size[0] + y) * size[1] + x1
                    let weight = weights[(channel * test.outputs + output) * kernel[0] * kernel[1] + tap]
                    sums[to] += Double(x[index]) * Double(weight)
                }
            }
        }
        return sums
    }

    @Test(arguments: cases.indices) func `products are added up where kernels meet`(index: Int) throws {
        let (test, shape, before) = Self.cases[index]
        let x = randomTensor(test.input, seed: 1)
        let sums = expected(test, x.floats, shape, before)
        var bits: [[UInt32]] = []
        for threads in [1, 3] {
            var options = Session.Options()
            options.threads = threads
            let found = try #require(try run(model(test), ["x": x], options: options)["y"])
            #expect(found.shape == [test.input[0], test.outputs * test.groups] + shape)
            for (value, expected) in zip(found.floats, sums) {
                #expect(abs(Double(value) - expected) <= 3e-5 * max(1, abs(expected)))
            }
            bits.append(found.floats.map(\.bitPattern))
        }
        #expect(bits[0] == bits[1])
    }

    @Test func `weights may be made in the run`() throws {
        var model = ONNXWriter(opset: 11)
        model.input("x", nil)
        model.input("w", nil)
        model.node("ConvTranspose", ["x", "w"], ["y"])
        model.output("y")
        let (x, w) = (
            Tensor(shape: [1, 1, 1, 2], floats: [1, 10]), Tensor(shape: [1, 1, 1, 2], floats: [2, 3])
        )
        #expect(try run(model, ["x": x, "w": w])["y"]?.floats == [2, 23, 30])
    }

    private func fault(
        _ test: Case = Case(), _ attributes: [[UInt8]]? = nil, weights: [Int]? = nil
    ) -> NodeFault? {
        let model = model(test, attributes, weights: weights)
        guard case .node(let fault) = refusal(model, ["x": randomTensor(test.input, seed: 1)]) else {
            return nil
        }
        return fault
    }

    @Test func `sizes that do not fit are refused`() {
        #expect(fault(Case(pads: [4, 0, 3, 0]))?.attribute == "pads")
        #expect(fault(Case(pads: [1, 1]))?.attribute == "pads")
        #expect(fault(Case(strides: [2]))?.attribute == "strides")
        #expect(fault(Case(strides: [2, 0]))?.attribute == "strides")
        #expect(fault(Case(dilations: [1 << 40, 1]))?.attribute == "dilations")
        #expect(fault(Case(strides: [2, 2], outputPadding: [2, 0]))?.attribute == "output_padding")
        #expect(fault(Case(outputShape: [9]))?.attribute == "output_shape")
        #expect(fault(Case(outputShape: [8, 9]))?.attribute == "output_shape")
        #expect(fault(Case(strides: [4, 4], autoPad: "SAME_UPPER"))?.attribute == "auto_pad")
        #expect(fault(Case(groups: 4))?.attribute == "X")
        #expect(fault(Case(groups: 0))?.attribute == "group")
        #expect(fault(Case(kernel: [2, 2]), weights: [6, 4, 3, 3])?.attribute == "kernel_shape")
        #expect(fault(weights: [5, 4, 3, 3])?.attribute == "X")
        #expect(fault(weights: [6, 3, 3, 3])?.attribute == "B")
        #expect(fault(Case(input: [1, 6, 0, 7]))?.attribute == "X")
        #expect(fault(Case(input: [1, 6, 2, 2, 2], kernel: [1, 1, 1]))?.attribute == "W")
        let far = Case(strides: [1 << 24, 1 << 24])
        guard case .limit = refusal(model(far), ["x": randomTensor(far.input, seed: 1)]) else {
            Issue.record("an output of any size was taken")
            return
        }
    }
}
