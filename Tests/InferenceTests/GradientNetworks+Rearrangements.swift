import TestKit

extension GradientTests {
    /// Networks that take elements by indices, turn axes or multiply by an equation.
    static let rearrangements: [String: Network] = [
        "channels taken by tuples of indices": (
            [1, 4, 3, 5],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.initializer(ONNXWriter.tensor("order", [1, 3, 1], int64s: [2, 1, 2]))
                $0.node("GatherND", ["a", "order"], ["g"], name: "", [ONNXAttribute.int("batch_dims", 1)])
                $0.layer("g", "y", [4, 3, 3, 3])
            }
        ),
        "elements taken one by one": (
            [3, 4],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.initializer(ONNXWriter.tensor("places", [2, 3], int64s: [2, 1, 0, 2, 1, -1]))
                $0.node("GatherElements", ["a", "places"], ["y"])
            }
        ),
        "pixels made of channels and channels of pixels": (
            [1, 8, 4, 6],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.node("DepthToSpace", ["a"], ["d"], name: "", [ONNXAttribute.int("blocksize", 2)])
                $0.layer("d", "c", [3, 2, 1, 1])
                $0.node("SpaceToDepth", ["c"], ["s"], name: "", [ONNXAttribute.int("blocksize", 4)])
                $0.layer("s", "y", [4, 48, 1, 1])
            }
        ),
        "a triangle of a product": (
            [4, 5],
            {
                $0.random("w", [5, 4], seed: 3)
                $0.node("MatMul", ["x", "w"], ["a"])
                $0.node("Trilu", ["a"], ["t"])
                $0.node("Mul", ["t", "t"], ["y"])
            }
        ),
        "an equation of two values": (
            [2, 3, 4, 5],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.equation("bhid,bhjd->bhij", ["a", "x"], "e")
                $0.equation("bhij,bhjd->bihd", ["e", "a"], "y")
            }
        ),
        "an equation of weights of several axes": (
            [2, 3, 4, 5],
            {
                $0.random("w", [3, 5, 6, 2], seed: 4)
                $0.equation("nchw,cwkv->nvkh", ["x", "w"], "e")
                $0.node("Mul", ["e", "e"], ["y"])
            }
        ),
        "the diagonals and sums of an equation": (
            [3, 4, 4],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.equation("...ii->i...", ["a"], "d")
                $0.equation("ij,ij->j", ["d", "d"], "y")
            }
        ),
        "an image made larger by its products with a kernel": (
            [1, 6, 4, 5],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.random("w", [6, 2, 3, 4], seed: 5)
                $0.random("b", [6], seed: 6)
                $0.node(
                    "ConvTranspose", ["a", "w", "b"], ["y"], name: "",
                    [
                        ONNXAttribute.int("group", 3), ONNXAttribute.ints("strides", [2, 3]),
                        ONNXAttribute.ints("pads", [1, 0, 0, 2]),
                        ONNXAttribute.ints("output_padding", [1, 1]),
                        ONNXAttribute.ints("dilations", [2, 1]),
                    ])
            }
        ),
        "the logarithm of a softmax": (
            [2, 6],
            {
                $0.random("w", [6, 5], seed: 3)
                $0.node("MatMul", ["x", "w"], ["a"])
                $0.node("LogSoftmax", ["a"], ["y"])
            }
        ),
        "a celu": (
            [2, 6],
            {
                $0.random("w", [6, 5], seed: 3)
                $0.node("MatMul", ["x", "w"], ["a"])
                $0.node("Celu", ["a"], ["y"], name: "", [ONNXAttribute.float("alpha", 0.5)])
            }
        ),
    ]
}

extension ONNXWriter {
    fileprivate mutating func equation(_ equation: String, _ inputs: [String], _ output: String) {
        node("Einsum", inputs, [output], name: "", [ONNXAttribute.string("equation", equation)])
    }
}
