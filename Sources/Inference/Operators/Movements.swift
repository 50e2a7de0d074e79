internal import Kernels
internal import ONNX

extension OperatorRegistry {
    static let movements: [String: Entry] = [
        "Transpose": Entry { (reader) throws(Refusal) in try Transpose(reader) },
        "Concat": Entry { (reader) throws(Refusal) in try Concatenation(reader) },
        "Slice": Entry { (reader) throws(Refusal) in try Slice(reader) },
        "Split": Entry { (reader) throws(Refusal) in try Split(reader) },
        "Pad": Entry { (reader) throws(Refusal) in try Padding(reader) },
        "Gather": Entry { (reader) throws(Refusal) in try GatherOperator(reader) },
        "Expand": Entry(8...opsets.upperBound) { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Expand()
        },
        "Tile": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return Tile()
        },
        "Cast": Entry { (reader) throws(Refusal) in try CastOperator(reader) },
    ]
}

extension PlannedStep {
    /// A step that copies its first input in another order.
    init(_ copy: StridedCopy, of type: ElementType) {
        self.init(TensorType(type, copy.outputShape)) { context in
            copy.run(
                input: context.input(0), output: context.rawOutput(), elementType: type, pool: context.pool)
        }
    }
}

/// ONNX `Transpose`.
struct Transpose: Operator {
    let permutation: [Int64]?

    init(permutation: [Int64]) { self.permutation = permutation }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        permutation = try reader.ints("perm")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let shape = input.shape
        let order =
            try permutation.map { (given) throws(Refusal) in
                // Negative axes are not allowed here.
                if let wrong = given.first(where: { $0 < 0 }) {
                    throw Refusal("perm", "\(wrong) is not an axis")
                }
                return try normalised(given, rank: shape.count, "perm")
            } ?? shape.indices.reversed()
        guard order.count == shape.count else {
            throw Refusal("perm", "\(order) does not fit the shape \(shape)")
        }
        // Moving axes of extent 1 leaves every element where it is.
        let moved = order.filter { shape[$0] != 1 }
        if moved == moved.sorted() {
            return PlannedStep(aliasing: 0, as: TensorType(input.elementType, order.map { shape[$0] }))
        }
        let copy = try refusing("perm") { () throws(KernelError) in
            try StridedCopy.transpose(shape: shape, permutation: order)
        }
        var step = PlannedStep(copy, of: input.elementType)
        if isChannelsLast, input.elementType == .float32 {
            step.overBlocks = ChannelsLast(channels: 0..<shape[1]).overBlocks(shape)
        }
        return step
    }

    /// Whether this turns images from `[batch, channels, height, width]` to channels last.
    var isChannelsLast: Bool { permutation == [0, 2, 3, 1] }
}

/// ONNX `Slice`: bounds are attributes before opset 10, inputs since.
struct Slice: Operator {
    private let bounds: (starts: [Int64], ends: [Int64], axes: [Int64]?)?

    var valueInputs: Set<Int> { [1, 2, 3, 4] }

    init(_ reader: AttributeReader) throws(Refusal) {
        guard reader.opset < 10 else {
            try reader.expect(inputs: 3...5)
            bounds = nil
            return
        }
        try reader.expect(inputs: 1...1)
        guard let starts = try reader.ints("starts"), let ends = try reader.ints("ends") else {
            throw Refusal("starts, ends", "the attributes are missing")
        }
        bounds = (starts, ends, try reader.ints("axes"))
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let starts = if let bounds { bounds.starts } else { try operands.integers(1, "starts") ?? [] }
        let ends = if let bounds { bounds.ends } else { try operands.integers(2, "ends") ?? [] }
        let axes = if let bounds { bounds.axes } else { try operands.integers(3, "axes") }
        let steps = try bounds == nil ? operands.integers(4, "steps") : nil
        let copy = try refusing { () throws(KernelError) in
            try StridedCopy.slice(shape: input.shape, starts: starts, ends: ends, axes: axes, steps: steps)
        }
        if copy.outputShape == input.shape, steps?.allSatisfy({ $0 > 0 }) ?? true {
            return PlannedStep(aliasing: 0, as: input.type)
        }
        var step = PlannedStep(copy, of: input.elementType)
        if let channels = copy.channels(of: input.shape) {
            step.overBlocks = ChannelMoves.cut(input.type, [channels])
        }
        return step
    }
}

/// ONNX `Pad`: pads and value are attributes before opset 11, inputs since.
struct Padding: Operator {
    let mode: Pad.Mode
    let pads: [Int64]?
    let value: Float?
    let takesAxes: Bool

    var valueInputs: Set<Int> { [1, 3] }

    init(_ reader: AttributeReader) throws(Refusal) {
        var modes: [String: Pad.Mode] = ["constant": .constant, "reflect": .reflect, "edge": .edge]
        if reader.opset >= 19 { modes["wrap"] = .wrap }
        mode = try reader.choice("mode", modes) ?? .constant
        takesAxes = reader.opset >= 18
        guard reader.opset < 11 else {
            try reader.expect(inputs: 2...(takesAxes ? 4 : 3))
            (pads, value) = (nil, nil)
            return
        }
        try reader.expect(inputs: 1...1)
        guard let pads = try reader.ints("pads") else { throw Refusal("pads", "the attribute is missing") }
        self.pads = pads
        value = try reader.float("value") ?? 0
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "data")
        let (before, after) = try amounts(operands, rank: input.shape.count)
        let mode = mode
        let pad = try refusing("pads") { () throws(KernelError) in
            try Pad(shape: input.shape, before: before, after: after, mode: mode)
        }
        if let constant = operands[2] {
            guard constant.elementType == input.elementType, constant.type.count == 1 else {
                throw Refusal(
                    "constant_value", "\(constant.elementType) of \(constant.shape) is not an element of data"
                )
            }
        } else if let value, value != 0, input.elementType != .float32 {
            throw Refusal("value", "a value for \(input.elementType) is not supported")
        }
        return step(pad, input.elementType, hasConstant: operands[2] != nil)
    }

    /// Elements to add before and after each axis.
    func amounts(_ operands: Operands, rank: Int) throws(Refusal) -> (before: [Int64], after: [Int64]) {
        let pads = if let pads { pads } else { try operands.integers(1, "pads") ?? [] }
        let axes: [Int]
        if takesAxes, let given = try operands.integers(3, "axes") {
            axes = try normalised(given, rank: rank)
        } else {
            axes = Array(0..<rank)
        }
        guard pads.count == 2 * axes.count else {
            throw Refusal("pads", "has \(pads.count) elements instead of \(2 * axes.count)")
        }
        var (before, after) = ([Int64](repeating: 0, count: rank), [Int64](repeating: 0, count: rank))
        for (index, axis) in axes.enumerated() {
            (before[axis], after[axis]) = (pads[index], pads[axes.count + index])
        }
        return (before, after)
    }

    private func step(_ pad: Pad, _ type: ElementType, hasConstant: Bool) -> PlannedStep {
        let value = value
        return PlannedStep(TensorType(type, pad.outputShape)) { context in
            func run(_ constant: UnsafeRawPointer?) {
                pad.run(
                    input: context.input(0), output: context.rawOutput(), elementType: type,
                    constant: constant,
                    pool: context.pool)
            }
            if hasConstant {
                run(context.input(2))
            } else if let value, value != 0 {
                withUnsafeBytes(of: value) { run($0.baseAddress) }
            } else {
                run(nil)
            }
        }
    }
}

/// ONNX `Gather`.
struct GatherOperator: Operator {
    let axis: Int64

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...2)
        axis = try reader.int("axis") ?? 0
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let data = try operands.required(0, "data")
        let indices = try IndexInput(operands, 1, "indices")
        let axis = try normalised(axis, rank: data.shape.count)
        let geometry = try refusing("axis") { () throws(KernelError) in
            try AxisGeometry(shape: data.shape, axis: axis)
        }
        let shape = Array(data.shape[..<axis]) + indices.shape + Array(data.shape[(axis + 1)...])
        let output = TensorType(data.elementType, shape)
        return PlannedStep(output, scratchBytes: indices.scratchBytes) { context throws(KernelError) in
            try Gather.run(
                geometry, input: context.input(0), elementType: output.elementType,
                indices: indices.list(context), output: context.rawOutput())
        }
    }
}

/// ONNX `Expand`.
struct Expand: Operator {
    var valueInputs: Set<Int> { [1] }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        guard let target = try operands.integers(1, "shape") else {
            throw Refusal("shape", "the input is missing")
        }
        guard target.allSatisfy({ $0 >= 0 }) else { throw Refusal("shape", "\(target) is not a shape") }
        let shape = target.map { Int($0) }
        let copy = try refusing("shape") { () throws(KernelError) in
            try StridedCopy.expand(shape: input.shape, to: shape)
        }
        if copy.outputShape.filter({ $0 != 1 }) == input.shape.filter({ $0 != 1 }) {
            return PlannedStep(aliasing: 0, as: TensorType(input.elementType, copy.outputShape))
        }
        return PlannedStep(copy, of: input.elementType)
    }
}

/// ONNX `Tile`: the whole input again and again along each axis.
struct Tile: Operator {
    var valueInputs: Set<Int> { [1] }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input")
        guard let repeats = try operands.integers(1, "repeats") else {
            throw Refusal("repeats", "the input is missing")
        }
        guard repeats.count == input.shape.count else {
            throw Refusal("repeats", "has \(repeats.count) elements instead of \(input.shape.count)")
        }
        // An axis that is repeated becomes two, of which the first only repeats.
        var (apart, tiled, shape): ([Int], [Int], [Int]) = ([], [], [])
        for (extent, times) in zip(input.shape, repeats) {
            guard times >= 0 else { throw Refusal("repeats", "\(times) is not a number of times") }
            let (product, overflow) = extent.multipliedReportingOverflow(by: Int(times))
            guard !overflow else { throw Refusal.limit("repeats \(extent) elements \(times) times") }
            shape.append(product)
            apart += times == 1 ? [extent] : [1, extent]
            tiled += times == 1 ? [extent] : [Int(times), extent]
        }
        let output = try operands.limit.output(input.elementType, shape)
        if repeats.allSatisfy({ $0 == 1 }) { return PlannedStep(aliasing: 0, as: output) }
        guard output.count > 0 else { return PlannedStep(output) { _ in } }
        let copy = try refusing("repeats") { () throws(KernelError) in
            try StridedCopy.expand(shape: apart, to: tiled)
        }
        var step = PlannedStep(copy, of: input.elementType)
        step.outputs = [output]
        return step
    }
}

/// ONNX `Cast` between the engine's element types. What is cast to half precision is rounded to it and stays
/// float32, as all of half precision is in a session.
struct CastOperator: Operator {
    let target: ElementType

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1)
        guard let code = try reader.int("to") else { throw Refusal("to", "the attribute is missing") }
        let type = DataType(code: Int(code))
        guard let target = ElementType(type) else {
            throw Refusal("to", "element type \(type) is not supported")
        }
        self.target = target
        // Both are about 8-bit floats, which are refused.
        reader.ignore("saturate", "round_mode")
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "input").type
        let target = target
        if target == .float16 {
            return PlannedStep(TensorType(.float32, input.shape)) { context in
                Cast.roundToHalf(
                    input: context.input(0), from: input.elementType, output: context.output(),
                    count: input.count,
                    pool: context.pool)
            }
        }
        if input.elementType == target { return PlannedStep(aliasing: 0, as: input) }
        return PlannedStep(TensorType(target, input.shape)) { context in
            Cast.run(
                input: context.input(0), from: input.elementType, output: context.rawOutput(), to: target,
                count: input.count, pool: context.pool)
        }
    }
}
