internal import Kernels

extension OperatorRegistry {
    static let quantization: [String: Entry] = [
        "QuantizeLinear": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            try QuantizeLinear(reader)
        },
        "DequantizeLinear": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in
            try DequantizeLinear(reader)
        },
        "DynamicQuantizeLinear": Entry(11...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1, outputs: 3)
            return DynamicQuantizeLinear()
        },
    ]
}

/// Which elements of a tensor share a scale and zero point, where there are several: one alone is for all.
enum QuantizationGranularity: Sendable, Hashable {
    /// Those of each place of an axis. On a tensor of one axis it is that one, whichever is named.
    case axis(Int64)
    /// So many neighbours along an axis.
    case blocks(axis: Int64, size: Int)
    /// Those of each row (axis -2) or column (axis -1) of a matrix: a list for one matrix, or one more axis
    /// of extent 1 for many.
    case lines(axis: Int64)

    /// The attributes of a node.
    init(_ reader: AttributeReader) throws(Refusal) {
        let axis = reader.opset >= 13 ? try reader.int("axis") ?? 1 : 1
        let size = reader.opset >= 21 ? try reader.int("block_size") ?? 0 : 0
        guard size >= 0, size <= 1 << 31 else { throw Refusal("block_size", "\(size) is not a size") }
        self = size == 0 ? .axis(axis) : .blocks(axis: axis, size: Int(size))
    }

    /// The axis along which scales change, of a tensor of at least two; nil where they do in blocks.
    func axis(rank: Int) -> Int? {
        switch self {
        case .axis(let axis), .lines(let axis): try? normalised(axis, rank: rank)
        case .blocks: nil
        }
    }

    /// The places of scales of a shape in a tensor; `name` is the input that they are.
    func layout(_ shape: [Int], scales: [Int], _ name: String) throws(Refusal) -> LinearQuantization {
        let count = shape.reduce(1, *)
        let unfit = Refusal(name, "shape \(scales) does not fit a tensor of shape \(shape)")
        if scales.allSatisfy({ $0 == 1 }) { return LinearQuantization(count: count) }
        let rank = shape.count
        switch self {
        case .axis(let axis):
            let axis = rank == 1 ? 0 : try normalised(axis, rank: rank)
            guard scales == [shape[axis]] else { throw unfit }
            return LinearQuantization(shape: shape, axis: axis)
        case .blocks(let axis, let size):
            let axis = try normalised(axis, rank: rank)
            var expected = shape
            expected[axis] = (shape[axis] + size - 1) / size
            guard scales == expected else { throw unfit }
            return LinearQuantization(shape: shape, axis: axis, block: size)
        case .lines(let line):
            let axis = rank == 1 ? 0 : try normalised(line, rank: rank)
            if scales == [shape[axis]] { return LinearQuantization(shape: shape, axis: axis) }
            guard rank >= 2 else { throw unfit }
            let across = 2 * rank - 3 - axis
            var expected = shape
            expected[across] = 1
            guard scales == expected, shape[across] > 0 else { throw unfit }
            return LinearQuantization(shape: shape, axis: across, block: shape[across])
        }
    }
}

/// ONNX `QuantizeLinear` of float32 to bytes.
struct QuantizeLinear: Operator {
    let granularity: QuantizationGranularity
    /// What the attribute asks for; nil for the zero point's type, or uint8 without one.
    let declaredType: ElementType?

    init(granularity: QuantizationGranularity) { (self.granularity, declaredType) = (granularity, nil) }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...3)
        granularity = try QuantizationGranularity(reader)
        // About 8-bit floats, which are refused.
        if reader.opset >= 19 { reader.ignore("saturate") }
        if reader.opset >= 23 { _ = try QuantizeLinear.floatType(reader, "precision") }
        let code = reader.opset >= 21 ? try reader.int("output_dtype") ?? 0 : 0
        declaredType = code == 0 ? nil : try QuantizeLinear.byteType(code)
    }

    private static func byteType(_ code: Int64) throws(Refusal) -> ElementType {
        switch code {
        case 2: return .uint8
        case 3: return .int8
        default: throw Refusal("output_dtype", "element type \(code) is not supported (uint8 and int8 are)")
        }
    }

    /// Reads an attribute that names a type of floats, all of which are float32 here.
    static func floatType(_ reader: AttributeReader, _ name: String) throws(Refusal) -> Int64 {
        let code = try reader.int(name) ?? 0
        // float32, float16 and bfloat16 by their numbers in the file.
        guard [0, 1, 10, 16].contains(code) else {
            throw Refusal(name, "element type \(code) is not supported")
        }
        return code
    }

    /// The type of the bytes, from the operands.
    func type(zero: Operand?) throws(Refusal) -> ElementType {
        let type = zero?.elementType ?? declaredType ?? .uint8
        guard LinearQuantization.range(of: type) != nil else {
            throw Refusal("y_zero_point", "element type \(type) is not supported (uint8 and int8 are)")
        }
        guard declaredType == nil || declaredType == type else {
            throw Refusal("output_dtype", "is not the zero point's, \(type)")
        }
        return type
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (input, scale) = (try operands.float(0, "x"), try operands.float(1, "y_scale"))
        let type = try type(zero: operands[2])
        try operands[2]?.checkZeros(like: scale.shape, type, "y_zero_point")
        let layout = try granularity.layout(input.shape, scales: scale.shape, "y_scale")
        let hasZeros = operands[2] != nil
        return PlannedStep(try operands.limit.output(type, input.shape)) { context in
            layout.quantize(
                context.floats(0), scales: context.floats(1), zeros: hasZeros ? context.input(2) : nil,
                to: type, output: context.rawOutput(), pool: context.pool)
        }
    }
}

/// ONNX `DequantizeLinear` of bytes or int32 to float32.
struct DequantizeLinear: Operator {
    let granularity: QuantizationGranularity
    /// Whether there is a scale, as there is in a file; without it is 1 and the zero point, if any, comes
    /// second.
    let hasScale: Bool

    init(granularity: QuantizationGranularity, hasScale: Bool = true) {
        (self.granularity, self.hasScale) = (granularity, hasScale)
    }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...3)
        granularity = try QuantizationGranularity(reader)
        if reader.opset >= 23 { _ = try QuantizeLinear.floatType(reader, "output_dtype") }
        hasScale = true
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "x")
        let type = input.elementType
        guard LinearQuantization.range(of: type) != nil || type == .int32 else {
            throw Refusal("x", "element type \(type) is not supported (uint8, int8 and int32 are)")
        }
        let place = hasScale ? 2 : 1
        let zeros = operands[place]
        let scales = hasScale ? try operands.float(1, "x_scale").shape : zeros?.shape ?? []
        try zeros?.checkZeros(like: scales, type, "x_zero_point")
        let layout = try granularity.layout(
            input.shape, scales: scales, hasScale ? "x_scale" : "x_zero_point")
        let (hasScale, hasZeros) = (hasScale, zeros != nil)
        return PlannedStep(try operands.limit.output(.float32, input.shape)) { context in
            layout.dequantize(
                context.input(0), from: type, scales: hasScale ? context.floats(1) : nil,
                zeros: hasZeros ? context.input(place) : nil, output: context.output(), pool: context.pool)
        }
    }
}

extension Operand {
    /// Refuses zero points that are not of this type, or not one for each scale.
    fileprivate func checkZeros(like scales: [Int], _ type: ElementType, _ name: String) throws(Refusal) {
        let isSingle = shape.allSatisfy { $0 == 1 } && scales.allSatisfy { $0 == 1 }
        guard elementType == type, shape == scales || isSingle else {
            throw Refusal(name, "is \(elementType) of shape \(shape) where \(type) of \(scales) is needed")
        }
    }
}

/// ONNX `DynamicQuantizeLinear`: to uint8, with the scale and zero point that the elements themselves ask
/// for.
struct DynamicQuantizeLinear: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "x").type
        let outputs = [
            try operands.limit.output(.uint8, type.shape), TensorType(.float32, []), TensorType(.uint8, []),
        ]
        return PlannedStep(outputs: outputs) { context in
            let found = LinearQuantization.extent(context.floats(0), count: type.count, pool: context.pool)
            var (scale, zero) = LinearQuantization.dynamicScale(
                least: found.least, largest: found.largest)
            // A node may leave out any of its outputs.
            if let bytes = context.outputs[0] {
                LinearQuantization(count: type.count).quantize(
                    context.floats(0), scales: &scale, zeros: &zero, to: .uint8, output: bytes,
                    pool: context.pool)
            }
            if context.outputs.count > 1 { context.outputs[1]?.storeBytes(of: scale, as: Float.self) }
            if context.outputs.count > 2 { context.outputs[2]?.storeBytes(of: zero, as: UInt8.self) }
        }
    }
}

/// Numbers rounded to the nearest whole one, ties to even, as int32: the end of a product of whole numbers
/// that was made in float32. NaN becomes 0, and what int32 cannot hold the number next to it.
struct NearestInteger: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "x").type
        return PlannedStep(TensorType(.int32, type.shape)) { context in
            let (input, output) = (
                context.floats(0), context.rawOutput().assumingMemoryBound(to: Int32.self)
            )
            context.pool.runRanges(type.count, grain: 1 << 13) { range in
                for index in range {
                    // The largest float that int32 holds.
                    let x = input[index].rounded(.toNearestOrEven)
                    output[index] = x.isNaN ? 0 : Int32(max(-0x1p31, min(0x1.fffffep30, x)))
                }
            }
        }
    }
}
