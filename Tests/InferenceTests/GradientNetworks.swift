import TestKit

extension GradientTests {
    /// Networks from `x` to `y`, every one with another rule in it.
    static let networks = layers.merging(resizes) { first, _ in first }
        .merging(rearrangements) { first, _ in first }

    typealias Network = (input: [Int], build: @Sendable (inout ONNXWriter) -> Void)

    private static let layers: [String: Network] = [
        "a 3x3 convolution": (
            [1, 3, 9, 7], { $0.layer("x", "y", [20, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])]) }
        ),
        "a strided convolution over an odd size": (
            [1, 5, 9, 8],
            { $0.layer("x", "y", [18, 5, 3, 3], [.ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])]) }
        ),
        "a strided convolution that leaves elements out": (
            [1, 2, 10, 11],
            { $0.layer("x", "y", [3, 2, 2, 3], [.ints("strides", [3, 2])]) }
        ),
        "patches that leave elements out and reach over an edge": (
            [1, 3, 11, 9],
            {
                $0.layer(
                    "x", "y", [18, 3, 3, 2], [.ints("strides", [4, 2]), .ints("pads", [1, 0, 1, 1])])
            }
        ),
        "an image made larger": (
            [1, 3, 3, 4],
            {
                $0.layer("x", "a", [17, 3, 1, 1])
                $0.initializer("scales", [4], [1, 1, 2, 1.5])
                $0.node("Resize", ["a", "", "scales"], ["r"], name: "", [])
                $0.layer("r", "y", [4, 17, 3, 3])
            }
        ),
        "a dilated convolution with a lopsided border": (
            [1, 2, 9, 9],
            {
                $0.layer(
                    "x", "y", [3, 2, 3, 3], [.ints("pads", [2, 1, 0, 3]), .ints("dilations", [2, 2])])
            }
        ),
        "a grouped convolution": (
            [1, 6, 6, 6],
            { $0.layer("x", "y", [4, 3, 3, 3], [.int("group", 2), .ints("pads", [1, 1, 1, 1])]) }
        ),
        "a depthwise convolution of stride 2": (
            [1, 17, 7, 7],
            {
                $0.layer(
                    "x", "y", [17, 1, 3, 3],
                    [.int("group", 17), .ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])])
            }
        ),
        "a pointwise convolution between others": (
            [1, 3, 8, 8],
            {
                $0.layer("x", "a", [16, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.node("Relu", ["a"], ["b"])
                $0.layer("b", "c", [33, 16, 1, 1])
                $0.node("Sigmoid", ["c"], ["d"])
                $0.layer("d", "y", [4, 33, 3, 3])
            }
        ),
        "a residual block with normalisations": (
            [1, 3, 8, 8],
            {
                $0.layer("x", "a", [16, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.normalization("a", "n", 16)
                $0.random("slopes", [16, 1, 1], seed: 91)
                $0.node("PRelu", ["n", "slopes"], ["p"])
                $0.layer("p", "b", [16, 16, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.node("Add", ["a", "b"], ["y"])
            }
        ),
        "a gate of each channel": (
            [1, 4, 6, 6],
            {
                $0.node("GlobalAveragePool", ["x"], ["g"])
                $0.layer("g", "h", [4, 4, 1, 1])
                $0.node("HardSigmoid", ["h"], ["s"], name: "", [.float("alpha", 0.3)])
                $0.node("Mul", ["x", "s"], ["y"])
            }
        ),
        "a flattened product": (
            [1, 3, 4, 4],
            {
                $0.layer("x", "a", [16, 3, 1, 1])
                $0.node("Flatten", ["a"], ["f"])
                $0.random("w", [5, 256], seed: 92)
                $0.random("c", [5], seed: 93)
                $0.node("Gemm", ["f", "w", "c"], ["y"], name: "", [.int("transB", 1), .float("alpha", 0.5)])
            }
        ),
        "a product behind a turned picture": (
            [1, 3, 4, 5],
            {
                $0.node("Transpose", ["x"], ["t"], name: "", [.ints("perm", [0, 2, 3, 1])])
                $0.random("w", [3, 7], seed: 94)
                $0.node("MatMul", ["t", "w"], ["y"])
            }
        ),
        "means, differences and quotients": (
            [1, 3, 5, 5],
            {
                $0.node("ReduceMean", ["x"], ["m"], name: "", [.ints("axes", [1])])
                $0.node("Sub", ["x", "m"], ["d"])
                $0.node("Exp", ["m"], ["e"])
                $0.node("Div", ["d", "e"], ["y"])
            }
        ),
        "joined channels": (
            [1, 3, 5, 5],
            {
                $0.layer("x", "a", [4, 3, 1, 1])
                $0.node("Tanh", ["a"], ["t"])
                $0.node("Neg", ["x"], ["n"])
                $0.node("Concat", ["t", "n", "t"], ["y"], name: "", [.int("axis", 1)])
            }
        ),
        "a direction of a vector": (
            [1, 3, 2, 2],
            {
                $0.node("Flatten", ["x"], ["f"])
                $0.node("ReduceL2", ["f"], ["l"], name: "", [.ints("axes", [1])])
                $0.node("Expand", ["l", "shape"], ["e"])
                $0.initializer("shape", [1, 12] as [Int64])
                $0.node("Div", ["f", "e"], ["y"])
            }
        ),
        "a root of a sum of squares": (
            [1, 3, 3, 3],
            {
                $0.node("Mul", ["x", "x"], ["s"])
                $0.node("ReduceSum", ["s", "axes"], ["r"], name: "", [.int("keepdims", 0)])
                $0.initializer("axes", [2, 3] as [Int64])
                $0.node("Sqrt", ["r"], ["y"])
            }
        ),
        "a largest of windows over an edge": (
            [1, 3, 7, 8],
            {
                $0.layer("x", "a", [5, 3, 3, 3], [.ints("pads", [1, 1, 1, 1])])
                $0.node(
                    "MaxPool", ["a"], ["p"], name: "",
                    [.ints("kernel_shape", [3, 3]), .ints("strides", [2, 2]), .ints("pads", [1, 1, 1, 1])])
                $0.layer("p", "y", [4, 5, 1, 1])
            }
        ),
        "a mean of windows without their border": (
            [1, 4, 7, 8],
            {
                $0.node(
                    "AveragePool", ["x"], ["p"], name: "",
                    [.ints("kernel_shape", [3, 2]), .ints("strides", [2, 1]), .ints("pads", [1, 1, 0, 0])])
                $0.node("Mul", ["p", "p"], ["y"])
            }
        ),
        "a mean of windows with their border": (
            [1, 2, 6],
            {
                $0.node(
                    "AveragePool", ["x"], ["p"], name: "",
                    [.ints("kernel_shape", [4]), .ints("pads", [2, 1]), .int("count_include_pad", 1)])
                $0.node("Mul", ["p", "p"], ["y"])
            }
        ),
        "parts of channels, one of which nobody reads": (
            [1, 7, 4, 4],
            {
                $0.node("Split", ["x", "sizes"], ["a", "b", "c"], name: "", [.int("axis", 1)])
                $0.initializer("sizes", [2, 3, 2] as [Int64])
                $0.node("Mul", ["a", "c"], ["y"])
            }
        ),
        "cuts forwards and backwards": (
            [1, 3, 9, 8],
            {
                $0.initializer("starts", [1, -1] as [Int64])
                $0.initializer("ends", [9, -8] as [Int64])
                $0.initializer("axes", [2, 3] as [Int64])
                $0.initializer("steps", [3, -2] as [Int64])
                $0.node("Slice", ["x", "starts", "ends", "axes", "steps"], ["s"])
                $0.node("Mul", ["s", "s"], ["y"])
            }
        ),
        "elements taken twice": (
            [1, 3, 4, 2],
            {
                $0.initializer("places", [2, 0, -2, 2] as [Int64])
                $0.node("Gather", ["x", "places"], ["g"], name: "", [.int("axis", 2)])
                $0.node("Mul", ["g", "g"], ["y"])
            }
        ),
        "borders of a number and of reflections": (
            [1, 2, 4, 5],
            {
                $0.initializer("pads", [0, 0, 1, 2, 0, 0, 0, 1] as [Int64])
                $0.initializer("three", [], [3])
                $0.node("Pad", ["x", "pads", "three"], ["p"])
                $0.node("Pad", ["x", "pads"], ["r"], name: "", [ONNXAttribute.string("mode", "reflect")])
                $0.node("Mul", ["p", "r"], ["y"])
            }
        ),
        "attention": (
            [1, 6, 8],
            {
                for name in ["q", "k", "v"] {
                    $0.random("w" + name, [8, 8], seed: UInt64(name.utf8.first!))
                    $0.node("MatMul", ["x", "w" + name], [name])
                }
                $0.node("Transpose", ["k"], ["t"], name: "", [.ints("perm", [0, 2, 1])])
                $0.node("MatMul", ["q", "t"], ["scores"])
                $0.node("Softmax", ["scores"], ["weights"], name: "", [.int("axis", -1)])
                $0.node("MatMul", ["weights", "v"], ["o"])
                $0.node("Add", ["x", "o"], ["y"])
            }
        ),
        "a product whose left side is repeated": (
            [1, 4, 5],
            {
                $0.random("w", [3, 5, 2], seed: 96)
                $0.node("MatMul", ["x", "w"], ["p"])
                $0.random("left", [6, 4], seed: 97)
                $0.node("MatMul", ["left", "p"], ["y"])
            }
        ),
        "a normalised layer": (
            [1, 5, 12],
            {
                $0.random("scale", [12], seed: 98)
                $0.random("shift", [12], seed: 99)
                $0.node("LayerNormalization", ["x", "scale", "shift"], ["n"])
                $0.random("w", [12, 4], seed: 90)
                $0.node("MatMul", ["n", "w"], ["y"])
            }
        ),
        "a normalised instance": (
            [1, 3, 4, 5],
            {
                $0.random("scale", [3], seed: 98)
                $0.random("shift", [3], seed: 99)
                $0.node("InstanceNormalization", ["x", "scale", "shift"], ["n"])
                $0.layer("n", "y", [4, 3, 3, 3])
            }
        ),
        "a vector of length 1": (
            [1, 12],
            {
                $0.random("w", [12, 5], seed: 89)
                $0.node("MatMul", ["x", "w"], ["p"])
                $0.node("LpNormalization", ["p"], ["y"], name: "", [.int("axis", 1)])
            }
        ),
        "powers, functions and choices": (
            [1, 3, 4, 4],
            {
                $0.node("Abs", ["x"], ["a"])
                $0.node("Softplus", ["x"], ["s"])
                $0.node("Sin", ["x"], ["sin"])
                $0.node("Cos", ["s"], ["cos"])
                $0.node("Reciprocal", ["s"], ["r"])
                $0.initializer("three", [], [3])
                $0.node("Pow", ["s", "three"], ["p"])
                $0.node("Max", ["sin", "cos"], ["m"])
                $0.node("Mean", ["a", "r", "m"], ["mean"])
                $0.node("Greater", ["sin", "cos"], ["c"])
                $0.node("Where", ["c", "p", "mean"], ["y"])
            }
        ),
        "largest values that are there twice": (
            [1, 3, 4, 4],
            {
                $0.node("Max", ["x", "x"], ["m"])
                $0.node("Concat", ["m", "m"], ["c"], name: "", [.int("axis", 2)])
                $0.node("ReduceMax", ["c"], ["r"], name: "", [.ints("axes", [2, 3])])
                $0.node("Mul", ["m", "r"], ["y"])
            }
        ),
        "directions of vectors, of which one is always zero": (
            [1, 3, 2, 2],
            {
                $0.initializer("mask", [1, 3, 1, 1], [1, 0, 1])
                $0.node("Mul", ["x", "mask"], ["m"])
                $0.node("LpNormalization", ["m"], ["d"], name: "", [.int("axis", 3)])
                $0.node("ReduceL2", ["m"], ["l"], name: "", [.ints("axes", [3])])
                $0.initializer("none", [], [0])
                $0.node("Pow", ["m", "none"], ["p"])
                $0.node("Add", ["d", "l"], ["s"])
                $0.node("Add", ["s", "p"], ["t"])
                $0.layer("t", "y", [4, 3, 1, 1])
            }
        ),
        "the largest of each plane, an exponential unit and tiles": (
            [1, 3, 4, 4],
            {
                $0.node("GlobalMaxPool", ["x"], ["m"])
                $0.node("Selu", ["x"], ["s"])
                $0.node("Mul", ["s", "m"], ["g"])
                $0.initializer("times", [1, 2, 1, 3] as [Int64])
                $0.node("Tile", ["g", "times"], ["t"])
                $0.layer("t", "y", [4, 6, 3, 3])
            }
        ),
        "a gate of the largest of each channel": (
            [1, 3, 4, 4],
            {
                $0.node("ReduceMax", ["x"], ["m"], name: "", [.ints("axes", [2, 3]), .int("keepdims", 0)])
                $0.node("Reshape", ["m", "shape"], ["g"])
                $0.initializer("shape", [1, 3, 1, 1] as [Int64])
                $0.node("Mul", ["x", "g"], ["y"])
            }
        ),
    ]
}

extension ONNXWriter {
    /// A convolution with weights that follow from its output's name.
    mutating func layer(
        _ input: String, _ output: String, _ shape: [Int], _ attributes: [[UInt8]] = []
    ) {
        let seed = output.utf8.reduce(UInt64(17)) { $0 * 31 + UInt64($1) }
        random("w_" + output, shape, seed: seed)
        random("b_" + output, [shape[0]], seed: seed + 1)
        node("Conv", [input, "w_" + output, "b_" + output], [output], name: "conv " + output, attributes)
    }

    fileprivate mutating func normalization(_ input: String, _ output: String, _ channels: Int) {
        random("scale", [channels], seed: 51)
        random("shift", [channels], seed: 52)
        initializer("mean", [channels], Self.normalizationMean(channels))
        initializer("variance", [channels], (0..<channels).map { 0.5 + Float($0) / 8 })
        node("BatchNormalization", [input, "scale", "shift", "mean", "variance"], [output])
    }

    static func normalizationMean(_ channels: Int) -> [Float] {
        (0..<channels).map { Float($0) / 16 - 0.5 }
    }
}

/// Attributes by their short names, as tables of networks want them.
extension [UInt8] {
    fileprivate static func ints(_ name: String, _ values: [Int64]) -> [UInt8] {
        ONNXAttribute.ints(name, values)
    }
    fileprivate static func int(_ name: String, _ value: Int64) -> [UInt8] { ONNXAttribute.int(name, value) }
    fileprivate static func float(_ name: String, _ value: Float) -> [UInt8] {
        ONNXAttribute.float(name, value)
    }
}
