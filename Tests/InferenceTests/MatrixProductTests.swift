import Inference
import Kernels
import TestKit
import Testing

/// `MatMul` with a matrix of weights, which is packed at load.
struct MatrixProductTests {
    private static let (inputs, outputs) = (70, 37)

    private static func model(_ shape: [Int?]) -> ONNXWriter {
        var model = ONNXWriter()
        model.input("x", shape + [inputs])
        model.random("w", [inputs, outputs], seed: 1)
        model.node("MatMul", ["x", "w"], ["m"], name: "product")
        model.node("Relu", ["m"], ["y"], name: "relu")
        model.output("y")
        return model
    }

    @Test(arguments: [[], [1], [5], [2, 3], [2, 1, 4], [0], [3, 0]])
    func `rows of any leading dimensions agree with the definition`(leading: [Int]) throws {
        let x = randomTensor(leading + [Self.inputs], seed: 2)
        let found = try #require(try run(Self.model(leading), ["x": x])["y"])
        #expect(found.shape == leading + [Self.outputs])
        let weights = randomTensor([Self.inputs, Self.outputs], seed: 1).floats
        let rows = leading.reduce(1, *)
        let expected = (0..<rows).flatMap { row in
            (0..<Self.outputs).map { column in
                let sum = (0..<Self.inputs).reduce(0.0) {
                    $0 + Double(x.floats[row * Self.inputs + $1])
                        * Double(weights[$1 * Self.outputs + column])
                }
                return Float(max(sum, 0))
            }
        }
        #expect(found.floats.count == expected.count)
        #expect(zip(found.floats, expected).allSatisfy { abs($0 - $1) < 2e-5 })
    }

    @Test func `other rows change no bit of a row's product`() throws {
        let all = randomTensor([9, Self.inputs], seed: 3)
        let together = try #require(try run(Self.model([nil]), ["x": all])["y"]).floats
        for row in 0..<9 {
            let own = Tensor(
                shape: [1, Self.inputs],
                floats: Array(all.floats[row * Self.inputs..<(row + 1) * Self.inputs]))
            let alone = try #require(try run(Self.model([nil]), ["x": own])["y"]).floats
            #expect(alone == Array(together[row * Self.outputs..<(row + 1) * Self.outputs]))
        }
    }

    @Test func `a row of another length is refused by node and shape`() throws {
        var model = ONNXWriter()
        model.input("x", [nil, nil])
        model.random("w", [4, 3], seed: 1)
        model.node("MatMul", ["x", "w"], ["y"], name: "product")
        model.output("y")
        let error = #expect(throws: InferenceError.self) {
            try run(model, ["x": randomTensor([2, 5], seed: 2)])
        }
        #expect("\(try #require(error))".contains("[2, 5]"))
    }
}
