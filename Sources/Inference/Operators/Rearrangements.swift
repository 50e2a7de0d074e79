internal import Kernels

extension OperatorRegistry {
    /// Operators that change which axis an element's place is told by, or leave some out.
    static let rearrangements: [String: Entry] = [
        "DepthToSpace": Entry { (reader) throws(Refusal) in try DepthToSpace(reader) },
        "SpaceToDepth": Entry { (reader) throws(Refusal) in try SpaceToDepth(reader) },
        "Trilu": Entry(14...opsets.upperBound) { (reader) throws(Refusal) in try Trilu(reader) },
        "Size": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return SizeOf()
        },
    ]

    /// The side of the squares that channels become and are made of.
    fileprivate static func blockSize(_ reader: AttributeReader) throws(Refusal) -> Int {
        try reader.expect(inputs: 1...1)
        guard let size = try reader.int("blocksize"), size >= 1, size <= 1 << 16 else {
            throw Refusal("blocksize", "a size from 1 up to 65536 is needed")
        }
        return Int(size)
    }
}

extension PlannedStep {
    /// A step that copies its first input in the order of these axes, whose extents are `shape`.
    fileprivate init(
        turning shape: [Int], _ order: [Int], of type: ElementType, as output: [Int]
    ) throws(Refusal) {
        let copy = try refusing { () throws(KernelError) in
            try StridedCopy.transpose(shape: shape, permutation: order)
        }
        self.init(copy, of: type)
        outputs = [TensorType(type, output)]
    }
}

/// ONNX `DepthToSpace`: channels become squares of pixels.
struct DepthToSpace: Operator {
    private let size: Int
    /// Whether a pixel's channels lie together in the input, instead of a channel's pixels.
    private let isDepthFirst: Bool

    init(_ reader: AttributeReader) throws(Refusal) {
        size = try OperatorRegistry.blockSize(reader)
        isDepthFirst =
            reader.opset < 11 ? true : try reader.choice("mode", ["DCR": true, "CRD": false]) ?? true
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        let shape = input.shape
        guard shape.count == 4, shape[1] % (size * size) == 0 else {
            throw Refusal("input", "shape \(shape) has no squares of \(size) by \(size) channels")
        }
        let (height, tall) = shape[2].multipliedReportingOverflow(by: size)
        let (width, wide) = shape[3].multipliedReportingOverflow(by: size)
        guard !tall, !wide else { throw Refusal.limit("makes squares of \(size) of shape \(shape)") }
        let channels = shape[1] / (size * size)
        let output = try operands.limit.output(input.elementType, [shape[0], channels, height, width])
        let square = isDepthFirst ? [size, size, channels] : [channels, size, size]
        return try PlannedStep(
            turning: [shape[0]] + square + shape[2...],
            isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3],
            of: input.elementType, as: output.shape)
    }
}

/// ONNX `SpaceToDepth`: squares of pixels become channels.
struct SpaceToDepth: Operator {
    private let size: Int
    private let isDepthFirst: Bool

    init(_ reader: AttributeReader) throws(Refusal) {
        size = try OperatorRegistry.blockSize(reader)
        isDepthFirst =
            reader.opset < 28 ? true : try reader.choice("mode", ["DCR": true, "CRD": false]) ?? true
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        let shape = input.shape
        guard shape.count == 4, shape[2] % size == 0, shape[3] % size == 0 else {
            throw Refusal("input", "shape \(shape) is not one of squares of \(size) by \(size) pixels")
        }
        let (channels, overflow) = shape[1].multipliedReportingOverflow(by: size * size)
        guard !overflow else { throw Refusal.limit("makes channels of squares of \(size) of shape \(shape)") }
        let (height, width) = (shape[2] / size, shape[3] / size)
        let output = try operands.limit.output(input.elementType, [shape[0], channels, height, width])
        return try PlannedStep(
            turning: [shape[0], shape[1], height, size, width, size],
            isDepthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4],
            of: input.elementType, as: output.shape)
    }
}

/// ONNX `Trilu`: what is above a diagonal of each matrix, or below; zeros elsewhere.
struct Trilu: Operator {
    private let isUpper: Bool

    var valueInputs: Set<Int> { [1] }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...2)
        isUpper = try reader.flag("upper", default: true)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.required(0, "input").type
        guard type.shape.count >= 2 else {
            throw Refusal("input", "shape \(type.shape) has no rows and columns")
        }
        let diagonal = try operands.integers(1, "k") ?? [0]
        guard diagonal.count == 1 else { throw Refusal("k", "\(diagonal) is not one number") }
        let triangle = Triangle(shape: type.shape, isUpper: isUpper, diagonal: diagonal[0])
        return PlannedStep(type, inPlace: [0]) { context in
            triangle.run(
                input: context.input(0), output: context.rawOutput(), elementType: type.elementType,
                pool: context.pool)
        }
    }
}

/// ONNX `Size`: how many elements there are.
struct SizeOf: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let count = try operands.required(0, "data").type.count
        return PlannedStep(constant: Tensor(shape: [], int64s: [Int64(count)]))
    }
}
