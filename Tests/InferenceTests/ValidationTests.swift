import Inference
import Kernels
import TestKit
import Testing

@Suite struct ValidationTests {
    private let x = ["x": Tensor(shape: [1, 2], floats: [1, 2])]

    private func fault(_ model: ONNXWriter, sourceLocation: SourceLocation = #_sourceLocation) -> NodeFault? {
        guard case .node(let fault) = refusal(model, x, sourceLocation: sourceLocation) else { return nil }
        return fault
    }

    @Test func `an unknown operator is named with its node`() {
        #expect(
            fault(single("GridSample"))
                == NodeFault(
                    node: "n", operatorType: "GridSample", attribute: nil,
                    reason: "the operator is not supported"
                ))
    }

    @Test func `an operator of another domain is named with it`() {
        var model = ONNXWriter()
        model.input("x", nil)
        model.node("Gelu", ["x"], ["y"], name: "g", domain: "com.microsoft")
        model.output("y")
        #expect(fault(model)?.operatorType == "com.microsoft.Gelu")
    }

    @Test func `a node without a name is called by its place and output`() {
        var model = ONNXWriter()
        model.input("x", nil)
        model.node("Relu", ["x"], ["h"])
        model.node("GridSample", ["h"], ["y"])
        model.output("y")
        #expect(fault(model)?.node == "#1 -> y")
    }

    @Test func `an unknown attribute is refused`() {
        let fault = fault(single("Relu", [ONNXAttribute.int("slope", 1)]))
        #expect(fault?.attribute == "slope")
        #expect(fault?.reason == "the attribute is not known to this operator at opset 13")
    }

    @Test func `an attribute of a later opset is unknown`() {
        #expect(fault(single("Shape", opset: 13, [ONNXAttribute.int("start", 0)]))?.attribute == "start")
    }

    @Test func `an attribute of the wrong kind is refused`() {
        let fault = fault(single("LeakyRelu", [ONNXAttribute.int("alpha", 1)]))
        #expect(fault?.attribute == "alpha" && fault?.reason == "is an integer where a float is expected")
    }

    @Test func `an attribute that is there twice is refused`() {
        let alpha = ONNXAttribute.float("alpha", 1)
        #expect(fault(single("LeakyRelu", [alpha, alpha]))?.reason == "the attribute is there twice")
    }

    @Test func `a value of a choice that is not supported is refused with what is`() {
        let fault = fault(single("MaxPool", [ONNXAttribute.string("auto_pad", "SAME")]))
        #expect(fault?.attribute == "auto_pad")
        #expect(fault?.reason == "\"SAME\" is not supported (NOTSET, SAME_LOWER, SAME_UPPER, VALID)")
    }

    @Test func `the wrong number of inputs is refused`() {
        #expect(fault(single("Relu", inputs: ["x", "x"]))?.attribute == "inputs")
    }

    @Test func `an input that nobody makes is refused`() {
        #expect(
            fault(single("Add", inputs: ["x", "nowhere"]))?.reason
                == "input \"nowhere\" is made by no node before it")
    }

    @Test func `nodes out of order are refused`() {
        var model = ONNXWriter()
        model.input("x", nil)
        model.node("Relu", ["h"], ["y"], name: "second")
        model.node("Relu", ["x"], ["h"], name: "first")
        model.output("y")
        #expect(fault(model)?.node == "second")
    }

    @Test func `a value that is made twice is refused`() {
        var model = single("Relu")
        model.node("Relu", ["x"], ["y"], name: "again")
        #expect(
            refusal(model, x) == .invalidModel("value \"y\" is defined twice (an output of node \"again\")"))
    }

    @Test func `an output that nobody makes is refused`() {
        var model = single("Relu")
        model.output("z")
        #expect(refusal(model, x) == .invalidModel("output \"z\" is made by no node"))
    }

    @Test(arguments: [UInt64(6), 29, .max]) func `opsets out of range are refused`(_ opset: UInt64) {
        guard case .invalidModel(let reason) = refusal(single("Relu", opset: opset), x) else {
            Issue.record("another error")
            return
        }
        #expect(reason.hasSuffix("is not supported (7 to 28 are)"))
    }

    @Test func `operators are held to the opsets that have them`() {
        #expect(fault(single("HardSwish", opset: 13))?.reason == "opset 13 does not have the operator")
        #expect(
            fault(single("Upsample", opset: 10, inputs: ["x", "x"]))?.reason
                == "opset 10 does not have the operator")
    }

    @Test func `functions of the model's own are refused`() {
        var model = single("Relu")
        model.function()
        #expect(
            refusal(model, x) == .invalidModel("it defines 1 functions of its own, which are not supported"))
    }

    @Test func `an element type that is not supported is named`() {
        var model = ONNXWriter()
        model.input("x", [1], type: .string)
        model.node("Identity", ["x"], ["y"])
        model.output("y", type: .string)
        #expect(
            refusal(model) == .invalidModel("input \"x\" has element type string, which is not supported"))
    }

    @Test func `an operator that does not take a type says so`() {
        var model = ONNXWriter()
        model.input("x", nil, type: .int64)
        model.node("Relu", ["x"], ["y"], name: "n")
        model.output("y", type: .int64)
        let error = refusal(model, ["x": Tensor(shape: [1], int64s: [1])])
        #expect(
            error
                == .node(
                    NodeFault(
                        node: "n", operatorType: "Relu", attribute: "X",
                        reason: "element type int64 is not supported")))
    }

    @Test(arguments: ["MaxPool", "AveragePool"], [2, 3])
    func `a pooling window of too many elements is refused`(_ type: String, rank: Int) {
        let huge = [Int64](repeating: 1 << 24, count: rank)
        let model = single(
            type,
            [
                ONNXAttribute.ints("kernel_shape", huge), ONNXAttribute.ints("pads", huge + huge),
                ONNXAttribute.ints("strides", [Int64](repeating: 1 << 10, count: rank)),
            ])
        #expect(fault(model)?.attribute == "kernel_shape")
    }

    @Test func `unused outputs that are not supported do not matter`() throws {
        let model = single(
            "MaxPool", outputs: ["y", ""], [ONNXAttribute.ints("kernel_shape", [2])])
        #expect(try run(model, ["x": Tensor(shape: [1, 1, 3], floats: [1, 3, 2])])["y"]?.floats == [3, 3])
        let used = single("MaxPool", outputs: ["y", "i"], [ONNXAttribute.ints("kernel_shape", [2])])
        #expect(fault(used)?.attribute == "Indices")
    }
}
