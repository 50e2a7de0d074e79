internal import Kernels

extension OperatorRegistry {
    static let shapes: [String: Entry] = [
        "Reshape": Entry { (reader) throws(Refusal) in try Reshape(reader) },
        "Flatten": Entry { (reader) throws(Refusal) in try Flatten(reader) },
        "Squeeze": Entry { (reader) throws(Refusal) in try Squeeze(reader) },
        "Unsqueeze": Entry { (reader) throws(Refusal) in try Unsqueeze(reader) },
        "Identity": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return Identity()
        },
        "Dropout": Entry { (reader) throws(Refusal) in try Dropout(reader) },
        "Shape": Entry { (reader) throws(Refusal) in try ShapeOf(reader) },
    ]
}

/// ONNX `Reshape`.
struct Reshape: Operator {
    /// Whether a 0 means an extent of 0 instead of the input's.
    let allowsZero: Bool

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        allowsZero = reader.opset >= 14 ? try reader.flag("allowzero") : false
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        guard let target = try operands.integers(1, "shape") else {
            throw Refusal("shape", "the input is missing")
        }
        let shape = try shape(target, from: input.shape)
        return PlannedStep(aliasing: 0, as: TensorType(input.elementType, shape))
    }

    private func shape(_ target: [Int64], from input: [Int]) throws(Refusal) -> [Int] {
        var shape: [Int] = []
        for (index, extent) in target.enumerated() {
            if extent == 0, !allowsZero {
                guard index < input.count else {
                    throw Refusal("shape", "\(target): input \(input) has no axis \(index)")
                }
                shape.append(input[index])
            } else {
                guard extent >= -1, extent <= Int64(Int.max) else {
                    throw Refusal("shape", "\(target) is not a shape")
                }
                shape.append(Int(extent))
            }
        }
        return try resolved(shape, count: input.reduce(1, *), input: input)
    }

    /// Replaces the one -1 by what is left over.
    private func resolved(_ shape: [Int], count: Int, input: [Int]) throws(Refusal) -> [Int] {
        let refusal = Refusal("shape", "\(shape) does not hold the \(count) elements of \(input)")
        var shape = shape
        let unknown = shape.indices.filter { shape[$0] == -1 }
        guard unknown.count <= 1 else { throw Refusal("shape", "\(shape) leaves two extents open") }
        guard let known = Tensor.byteCount(shape: shape.filter { $0 != -1 }, elementType: .uint8) else {
            throw refusal
        }
        if let open = unknown.first {
            guard known > 0, count % known == 0 else { throw refusal }
            shape[open] = count / known
        } else if known != count {
            throw refusal
        }
        return shape
    }
}

/// ONNX `Flatten`: a matrix of the axes before one and those from it on.
struct Flatten: Operator {
    let axis: Int64

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        axis = try reader.int("axis") ?? 1
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        let rank = input.shape.count
        // Unlike elsewhere the axis may be the rank itself.
        let axis = axis == Int64(rank) ? rank : try normalised(axis, rank: rank)
        let shape = [input.shape[..<axis].reduce(1, *), input.shape[axis...].reduce(1, *)]
        return PlannedStep(aliasing: 0, as: TensorType(input.elementType, shape))
    }
}

/// ONNX `Squeeze`: axes are an attribute before opset 13, an input since.
struct Squeeze: Operator {
    let axes: [Int64]?

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        let takesInput = reader.opset >= 13
        try reader.expect(inputs: 1...(takesInput ? 2 : 1))
        axes = takesInput ? nil : try reader.ints("axes")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let shape = input.shape
        let listed = if let axes { axes } else { try operands.integers(1, "axes") }
        guard let given = listed else {
            return PlannedStep(aliasing: 0, as: TensorType(input.elementType, shape.filter { $0 != 1 }))
        }
        let axes = Set(try normalised(given, rank: shape.count))
        if let axis = axes.sorted().first(where: { shape[$0] != 1 }) {
            throw Refusal("axes", "axis \(axis) of \(shape) is not 1")
        }
        let squeezed = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        return PlannedStep(aliasing: 0, as: TensorType(input.elementType, squeezed))
    }
}

/// ONNX `Unsqueeze`: axes are an attribute before opset 13, an input since.
struct Unsqueeze: Operator {
    let axes: [Int64]?

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        let takesInput = reader.opset >= 13
        try reader.expect(inputs: takesInput ? 2...2 : 1...1)
        axes = takesInput ? nil : try reader.ints("axes")
        if !takesInput, axes == nil { throw Refusal("axes", "the attribute is missing") }
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let listed = if let axes { axes } else { try operands.integers(1, "axes") }
        guard let given = listed else {
            throw Refusal("axes", "the input is missing")
        }
        let rank = input.shape.count + given.count
        guard rank <= Planner.maximumRank else { throw Refusal("axes", "\(rank) dimensions are too many") }
        let axes = Set(try normalised(given, rank: rank))
        var rest = input.shape[...]
        let shape = (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }
        return PlannedStep(aliasing: 0, as: TensorType(input.elementType, shape))
    }
}

/// ONNX `Identity`.
struct Identity: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        PlannedStep(aliasing: 0, as: try operands.required(0, "input").type)
    }
}

/// ONNX `Dropout` in inference, which drops nothing; nor does training with a ratio of 0.
struct Dropout: Operator {
    /// Whether the mask is of truth values; before opset 10 it was of the data's type.
    let maskIsBool: Bool
    let hasMask: Bool

    var valueInputs: Set<Int> { [1, 2] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...(reader.opset >= 12 ? 3 : 1), outputs: 2)
        // The probability and its seed matter in training alone.
        reader.ignore(reader.opset >= 12 ? "seed" : "ratio")
        maskIsBool = reader.opset >= 10
        hasMask = reader.usedOutputs.count > 1 && reader.usedOutputs[1]
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        if let training = operands[2] {
            guard let value = training.constant, value.elementType == .bool, value.count == 1 else {
                throw Refusal("training_mode", "must be one truth value that is known before the run")
            }
            let drops = try operands.floats(1, "ratio") != [0]
            if drops, value.withBytes({ $0[0] != 0 }) {
                throw Refusal("training_mode", "training is not supported")
            }
        }
        guard hasMask else { return PlannedStep(aliasing: 0, as: input.type) }
        guard maskIsBool || input.elementType == .float32 else {
            throw Refusal("data", "element type \(input.elementType) is not supported")
        }
        return stepWithMask(input.type)
    }

    private func stepWithMask(_ type: TensorType) -> PlannedStep {
        let mask = TensorType(maskIsBool ? .bool : .float32, type.shape)
        return PlannedStep(outputs: [type, mask]) { context in
            context.outputs[0]?.copyMemory(from: context.input(0), byteCount: type.byteCount)
            guard let target = context.outputs[1] else { return }
            switch mask.elementType {
            case .bool: target.initializeMemory(as: UInt8.self, repeating: 1, count: mask.count)
            default: target.initializeMemory(as: Float.self, repeating: 1, count: mask.count)
            }
        }
    }
}

/// ONNX `Shape`: known as soon as the input's shape is.
struct ShapeOf: Operator {
    let start: Int64
    let end: Int64

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        start = reader.opset >= 15 ? try reader.int("start") ?? 0 : 0
        end = reader.opset >= 15 ? try reader.int("end") ?? .max : .max
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.required(0, "data").shape
        let (first, last) = (ShapeOf.clamped(start, shape.count), ShapeOf.clamped(end, shape.count))
        let part = first < last ? shape[first..<last].map { Int64($0) } : []
        return PlannedStep(constant: Tensor(shape: [part.count], int64s: part))
    }

    private static func clamped(_ axis: Int64, _ rank: Int) -> Int {
        let counted = axis < 0 ? axis + Int64(rank) : axis
        return Int(min(max(counted, 0), Int64(rank)))
    }
}
