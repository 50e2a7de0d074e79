import TestKit

extension GradientTests {
    /// Networks with a resize whose outputs are sums of inputs.
    static let resizes: [String: Network] = [
        "an image made larger linearly, by halves of pixels": (
            [1, 3, 4, 5],
            {
                $0.layer("x", "a", [17, 3, 1, 1])
                $0.resize("a", "r", "linear", "half_pixel", [1, 17, 8, 10])
                $0.layer("r", "y", [4, 17, 3, 3])
            }
        ),
        "an image made larger linearly, corner to corner": (
            [1, 3, 4, 5],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.resize("a", "r", "linear", "align_corners", [1, 3, 9, 7])
                $0.node("Mul", ["r", "r"], ["y"])
            }
        ),
        "an image made smaller linearly, from the first pixel on": (
            [1, 3, 9, 10],
            {
                $0.layer("x", "a", [17, 3, 1, 1])
                $0.resize("a", "r", "linear", "asymmetric", [1, 17, 4, 7])
                $0.layer("r", "y", [4, 17, 3, 3])
            }
        ),
        "an image made larger and smaller, as PyTorch does": (
            [1, 3, 7, 4],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.resize("a", "r", "linear", "pytorch_half_pixel", [1, 3, 5, 9])
                $0.node("Mul", ["r", "r"], ["y"])
            }
        ),
        "an image made a row as PyTorch does": (
            [1, 3, 6, 5],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.resize("a", "r", "linear", "pytorch_half_pixel", [1, 3, 1, 8])
                $0.node("Mul", ["r", "r"], ["y"])
            }
        ),
        "a cubic image": (
            [1, 3, 5, 6],
            {
                $0.layer("x", "a", [17, 3, 1, 1])
                $0.resize("a", "r", "cubic", "half_pixel", [1, 17, 9, 4])
                $0.layer("r", "y", [4, 17, 3, 3])
            }
        ),
        "a crop that reaches outside": (
            [1, 3, 5, 6],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.initializer("roi", [8], [0, 0, -0.2, 0.1, 1, 1, 0.9, 1.3])
                $0.resize("a", "r", "linear", "tf_crop_and_resize", [1, 3, 8, 7], region: "roi")
                $0.node("Mul", ["r", "r"], ["y"])
            }
        ),
        "more channels by halves of them": (
            [1, 3, 4, 4],
            {
                $0.node("Mul", ["x", "x"], ["a"])
                $0.resize("a", "r", "linear", "half_pixel", [1, 5, 6, 3])
                $0.node("Mul", ["r", "r"], ["y"])
            }
        ),
    ]
}

extension ONNXWriter {
    fileprivate mutating func resize(
        _ input: String, _ output: String, _ mode: String, _ coordinates: String, _ sizes: [Int64],
        region: String = ""
    ) {
        initializer("sizes", sizes)
        node(
            "Resize", [input, region, "", "sizes"], [output], name: "resize",
            [
                ONNXAttribute.string("mode", mode),
                ONNXAttribute.string("coordinate_transformation_mode", coordinates),
                ONNXAttribute.float("extrapolation_value", 0.5),
            ])
    }
}
