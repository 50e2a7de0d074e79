/// The smallest networks that pass for a detector and a recogniser, made of real operators.
package enum TinyModels {
    /// A recogniser of crops of `width` by 112: the mean colours of four quarters, mixed by weights that
    /// `seed` decides, as `dimension` numbers. Its shape is InsightFace's where `width` is 112.
    package static func recognizer(seed: UInt64, dimension: Int, width: Int = 112) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var model = ONNXWriter()
        model.input("x", [nil, 3, 112, width])
        model.output("embedding", [nil, dimension])
        model.initializer(
            "w", [12, dimension],
            (0..<12 * dimension).map { _ in Float.random(in: -1...1, using: &generator) })
        model.initializer(
            "b", [dimension], (0..<dimension).map { _ in Float.random(in: -0.1...0.1, using: &generator) })
        let half = [Int64(56), Int64(width / 2)]
        model.node(
            "AveragePool", ["x"], ["quarters"],
            [ONNXAttribute.ints("kernel_shape", half), ONNXAttribute.ints("strides", half)])
        model.node("Flatten", ["quarters"], ["flat"], [ONNXAttribute.int("axis", 1)])
        model.node("Gemm", ["flat", "w", "b"], ["embedding"])
        return model.bytes
    }

    /// A recogniser of crops of 112x112 with its weights in another file, written as `model.onnx` and `data`.
    package static func writeExternal(
        seed: UInt64, dimension: Int, data: String = "model.onnx.data", to folder: TemporaryFolder
    ) throws -> String {
        var generator = SeededGenerator(seed: seed)
        let weights = (0..<12 * dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        var model = ONNXWriter()
        model.input("x", [nil, 3, 112, 112])
        model.output("embedding", [nil, dimension])
        model.external("w", [12, dimension], at: data)
        let half = [Int64(56), 56]
        model.node(
            "AveragePool", ["x"], ["quarters"],
            [ONNXAttribute.ints("kernel_shape", half), ONNXAttribute.ints("strides", half)])
        model.node("Flatten", ["quarters"], ["flat"], [ONNXAttribute.int("axis", 1)])
        model.node("MatMul", ["flat", "w"], ["embedding"])
        try folder.write(weights.flatMap { ONNXWriter.littleEndian($0.bitPattern) }, to: data)
        return try folder.write(model.bytes, to: "model.onnx")
    }

    /// A detector in SCRFD's layout with an input of 64x64; what it finds means nothing.
    package static func detector(seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var model = ONNXWriter()
        model.input("x", [1, 3, 64, 64])
        for (kind, columns) in [("score", 1), ("box", 4), ("points", 10)] {
            for stride in [8, 16, 32] {
                let (name, pool) = ("\(kind)\(stride)", [Int64(stride), Int64(stride)])
                model.output(name, [2 * (64 / stride) * (64 / stride), columns])
                model.initializer(
                    name + "w", [2 * columns, 3, 1, 1],
                    (0..<6 * columns).map { _ in Float.random(in: -1...1, using: &generator) })
                model.initializer(name + "shape", [-1, Int64(columns)])
                model.node(
                    "AveragePool", ["x"], [name + "p"],
                    [ONNXAttribute.ints("kernel_shape", pool), ONNXAttribute.ints("strides", pool)])
                model.node("Conv", [name + "p", name + "w"], [name + "c"])
                model.node(
                    "Transpose", [name + "c"], [name + "t"], [ONNXAttribute.ints("perm", [0, 2, 3, 1])])
                let raw = kind == "score" ? name + "r" : name
                model.node("Reshape", [name + "t", name + "shape"], [raw])
                if kind == "score" { model.node("Sigmoid", [raw], [name]) }
            }
        }
        return model.bytes
    }
}
