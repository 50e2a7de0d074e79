internal import Kernels

extension OperatorRegistry {
    static let pools: [String: Entry] = [
        "MaxPool": Entry { (reader) throws(Refusal) in try WindowPool(maximum: reader) },
        "AveragePool": Entry { (reader) throws(Refusal) in try WindowPool(average: reader) },
        "GlobalAveragePool": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return GlobalAveragePool()
        },
        "GlobalMaxPool": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 1...1)
            return GlobalMaxPool()
        },
    ]
}

/// ONNX `MaxPool` and `AveragePool` over one or more spatial dimensions.
struct WindowPool: Operator {
    /// What becomes of the elements of a window.
    enum Kind: Sendable { case maximum, average(countsPadding: Bool) }

    /// Elements of a window; far more than any real one, few enough that work can be counted without
    /// overflow.
    private static let maximumTaps = 1 << 24

    let window: WindowAttributes
    let kernel: [Int]
    let kind: Kind

    /// Whether a window might hold padding alone, so that its largest element is none of the input's.
    var mayBeEmpty: Bool {
        let pads = window.pads ?? []
        let isSame = window.autoPad == .sameUpper || window.autoPad == .sameLower
        let isPadded = isSame || pads.contains { $0 > 0 }
        if window.ceilMode {
            return isPadded || zip(window.strides ?? [], kernel).contains { $0 > $1 }
        }
        let hasGaps = (window.dilations ?? []).contains { $0 > 1 }
        return isPadded && (hasGaps || zip(pads, kernel + kernel).contains { $0 >= $1 })
    }

    init(maximum reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...1, outputs: 2)
        guard reader.usedOutputs.count < 2 || !reader.usedOutputs[1] else {
            throw Refusal("Indices", "the output is not supported")
        }
        // How indices are counted; there are none.
        reader.ignore("storage_order")
        try self.init(reader, .maximum, dilationsSince: 10)
    }

    init(average reader: AttributeReader, inputs: ClosedRange<Int> = 1...1) throws(Refusal) {
        try reader.expect(inputs: inputs)
        let countsPadding = try reader.flag("count_include_pad")
        try self.init(reader, .average(countsPadding: countsPadding), dilationsSince: 19)
    }

    /// The largest element of windows of this size, side by side.
    init(maximumOver kernel: [Int]) throws(Refusal) {
        guard let taps = Tensor.byteCount(shape: kernel, elementType: .uint8), taps > 0,
            taps <= WindowPool.maximumTaps
        else {
            throw Refusal("X", "the largest of \(kernel) elements, over \(WindowPool.maximumTaps) or none")
        }
        let none = Array(repeating: 0, count: 2 * kernel.count)
        window = WindowAttributes(pads: none, dilations: Array(repeating: 1, count: kernel.count))
        (self.kernel, kind) = (kernel, .maximum)
    }

    private init(_ reader: AttributeReader, _ kind: Kind, dilationsSince: Int) throws(Refusal) {
        var window = try WindowAttributes(reader)
        if reader.opset >= 10 { window.ceilMode = try reader.flag("ceil_mode") }
        if reader.opset >= dilationsSince {
            window.dilations = try WindowAttributes.sizes(reader, "dilations", atLeast: 1)
        }
        guard let kernel = window.kernel else { throw Refusal("kernel_shape", "the attribute is missing") }
        guard let taps = Tensor.byteCount(shape: kernel, elementType: .uint8),
            taps <= WindowPool.maximumTaps
        else {
            throw Refusal("kernel_shape", "a window of \(kernel) is over \(WindowPool.maximumTaps) elements")
        }
        (self.window, self.kernel, self.kind) = (window, kernel, kind)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "X")
        let shape = input.shape
        let placed = try placed(over: shape)
        let output = try operands.limit.output(input.elementType, Array(shape[..<2]) + placed.output)
        if case .maximum = kind, [.uint8, .int8].contains(input.elementType) {
            return narrowStep(input.type, output, placed)
        }
        guard input.elementType == .float32 else {
            throw Refusal("X", "element type \(input.elementType) is not supported")
        }
        guard shape.count <= 4 else { return volumeStep(input.type, output, placed) }
        let geometry = WindowPool.geometry(shape, placed)
        let kind = kind
        var step = PlannedStep(output) { context in
            switch kind {
            case .maximum:
                Pooling.max(geometry, input: context.floats(0), output: context.output(), pool: context.pool)
            case .average(let countsPadding):
                Pooling.average(
                    geometry, countIncludesPad: countsPadding, input: context.floats(0),
                    output: context.output(),
                    pool: context.pool)
            }
        }
        if shape.count == 4 {
            step.overBlocks = { blockedStep(geometry, shape, output) }
            if case .maximum = kind { step.maximum = geometry }
        }
        return step
    }

    /// The window over an input of `shape`, its first two axes batch and channels.
    private func placed(over shape: [Int]) throws(Refusal) -> Window {
        guard shape.count >= 3 else { throw Refusal("X", "shape \(shape) has no spatial dimensions") }
        guard kernel.count == shape.count - 2 else {
            throw Refusal("kernel_shape", "\(kernel) does not fit an input of shape \(shape)")
        }
        return try window.placed(over: Array(shape[2...]), kernel: kernel)
    }

    /// The same of one or two spatial dimensions as kernels take it.
    func geometry(over shape: [Int]) throws(Refusal) -> PoolingGeometry {
        guard shape.count <= 4 else {
            throw Refusal("X", "a pool over \(shape.count - 2) dimensions has no derivative here")
        }
        return WindowPool.geometry(shape, try placed(over: shape))
    }

    private func blockedStep(_ planes: PoolingGeometry, _ shape: [Int], _ output: TensorType) -> PlannedStep {
        var geometry = planes
        geometry.planes = shape[0] * ChannelBlocks.count(shape[1])
        return PlannedStep(blocks: [0], output) { [kind, geometry] context in
            switch kind {
            case .maximum:
                Pooling.maxOfBlocks(
                    geometry, input: context.floats(0), output: context.output(), pool: context.pool)
            case .average(let countsPadding):
                Pooling.averageOfBlocks(
                    geometry, countIncludesPad: countsPadding, input: context.floats(0),
                    output: context.output(), pool: context.pool)
            }
        }
    }

    /// Three spatial dimensions and more: rare enough for a plain loop.
    private func volumeStep(_ input: TensorType, _ output: TensorType, _ window: Window) -> PlannedStep {
        let pooling = VolumePooling(
            planes: input.shape[0] * input.shape[1], input: Array(input.shape[2...]), window: window,
            kind: kind)
        return PlannedStep(output) { context in pooling.run(context.floats(0), context.output()) }
    }

    /// The maximum of small integers, by way of float32, which holds them exactly.
    private func narrowStep(_ input: TensorType, _ output: TensorType, _ window: Window) -> PlannedStep {
        let pooling = VolumePooling(
            planes: input.shape[0] * input.shape[1], input: Array(input.shape[2...]), window: window,
            kind: kind)
        let scratchBytes = (input.count + output.count) * MemoryLayout<Float>.stride
        return PlannedStep(output, scratchBytes: scratchBytes) { context in
            guard let scratch = context.scratch else { return }
            let wide = scratch.assumingMemoryBound(to: Float.self)
            Cast.run(
                input: context.input(0), from: input.elementType, output: scratch, to: .float32,
                count: input.count,
                pool: context.pool)
            pooling.run(UnsafePointer(wide), wide + input.count)
            Cast.run(
                input: wide + input.count, from: .float32, output: context.rawOutput(),
                to: output.elementType,
                count: output.count, pool: context.pool)
        }
    }

    private static func geometry(_ shape: [Int], _ window: Window) -> PoolingGeometry {
        let last = window.kernel.count - 1
        let isPlane = last == 1
        return PoolingGeometry(
            planes: shape[0] * shape[1], inputHeight: isPlane ? shape[2] : 1, inputWidth: shape[2 + last],
            outputHeight: isPlane ? window.output[0] : 1, outputWidth: window.output[last],
            kernelHeight: isPlane ? window.kernel[0] : 1, kernelWidth: window.kernel[last],
            strideHeight: isPlane ? window.strides[0] : 1, strideWidth: window.strides[last],
            dilationHeight: isPlane ? window.dilations[0] : 1, dilationWidth: window.dilations[last],
            padTop: isPlane ? window.padsBefore[0] : 0, padLeft: window.padsBefore[last],
            padBottom: isPlane ? window.padsAfter[0] : 0, padRight: window.padsAfter[last])
    }
}

/// ONNX `GlobalAveragePool`: the mean of each plane.
struct GlobalAveragePool: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.float(0, "X").shape
        guard shape.count >= 3 else { throw Refusal("X", "shape \(shape) has no spatial dimensions") }
        let plane = shape[2...].reduce(1, *)
        guard plane > 0 else { throw Refusal("X", "shape \(shape): the mean of nothing") }
        let output = TensorType(.float32, Array(shape[..<2]) + shape[2...].map { _ in 1 })
        var step = PlannedStep(output) { context in
            Pooling.globalAverage(
                planes: shape[0] * shape[1], planeCount: plane, input: context.floats(0),
                output: context.output(),
                pool: context.pool)
        }
        if shape.count == 4 { step.overBlocks = { GlobalAveragePool.overBlocks(shape) } }
        return step
    }

    /// The mean of each plane of images in channel blocks.
    static func overBlocks(_ shape: [Int]) -> PlannedStep {
        let blocks = shape[0] * ChannelBlocks.count(shape[1])
        return PlannedStep(blocks: [0], TensorType(.float32, [shape[0], shape[1], 1, 1])) { context in
            Pooling.globalAverageOfBlocks(
                blocks: blocks, planeCount: shape[2] * shape[3], input: context.floats(0),
                output: context.output(), pool: context.pool)
        }
    }
}

/// ONNX `GlobalMaxPool`: the largest element of each plane, which is a window of its size.
struct GlobalMaxPool: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        try window(over: operands.float(0, "X").shape).plan(operands)
    }

    func window(over shape: [Int]) throws(Refusal) -> WindowPool {
        guard shape.count >= 3 else { throw Refusal("X", "shape \(shape) has no spatial dimensions") }
        return try WindowPool(maximumOver: Array(shape[2...]))
    }
}
