internal import Kernels

extension OperatorRegistry {
    static let resizes: [String: Entry] = [
        "Resize": Entry(10...opsets.upperBound) { (reader) throws(Refusal) in try ResizeOperator(reader) },
        "Upsample": Entry(7...9) { (reader) throws(Refusal) in try ResizeOperator(upsample: reader) },
    ]
}

/// ONNX `Resize` (opset 10, 11, 13, 18, 19) and `Upsample` (7, 9), float32.
struct ResizeOperator: Operator {
    /// `keep_aspect_ratio_policy`.
    enum AspectRatio: Sendable { case stretch, notLarger, notSmaller }

    /// Where the operator finds what decides the output's size.
    struct Layout: Sendable {
        var scales: Int?
        var sizes: Int?
        var region: Int?
    }

    let options: Resize.Options
    let layout: Layout
    /// The scales of `Upsample` before opset 9.
    let fixedScales: [Float]?
    let axes: [Int64]?
    let aspectRatio: AspectRatio
    /// Before opset 11 nearest rounds up where an axis shrinks, as the operator's own test data do.
    let roundsUpWhenShrinking: Bool

    var valueInputs: Set<Int> { Set([layout.scales, layout.sizes, layout.region].compactMap { $0 }) }

    init(upsample reader: AttributeReader) throws(Refusal) {
        let takesInput = reader.opset >= 9
        try reader.expect(inputs: takesInput ? 2...2 : 1...1)
        fixedScales = takesInput ? nil : try reader.floats("scales")
        if !takesInput, fixedScales == nil { throw Refusal("scales", "the attribute is missing") }
        layout = Layout(scales: takesInput ? 1 : nil)
        options = Resize.Options(mode: try ResizeOperator.simpleMode(reader), coordinates: .asymmetric)
        (axes, aspectRatio, roundsUpWhenShrinking) = (nil, .stretch, true)
    }

    init(_ reader: AttributeReader) throws(Refusal) {
        fixedScales = nil
        guard reader.opset >= 11 else {
            try reader.expect(inputs: 2...2)
            layout = Layout(scales: 1)
            options = Resize.Options(mode: try ResizeOperator.simpleMode(reader), coordinates: .asymmetric)
            (axes, aspectRatio, roundsUpWhenShrinking) = (nil, .stretch, true)
            return
        }
        try reader.expect(inputs: (reader.opset >= 13 ? 1 : 3)...4)
        layout = Layout(scales: 2, sizes: 3, region: 1)
        options = try ResizeOperator.options(reader)
        roundsUpWhenShrinking = false
        guard reader.opset >= 18 else {
            (axes, aspectRatio) = (nil, .stretch)
            return
        }
        if try reader.flag("antialias") { throw Refusal("antialias", "is not supported") }
        axes = try reader.ints("axes")
        aspectRatio =
            try reader.choice(
                "keep_aspect_ratio_policy",
                ["stretch": .stretch, "not_larger": .notLarger, "not_smaller": .notSmaller]) ?? .stretch
    }

    private static func simpleMode(_ reader: AttributeReader) throws(Refusal) -> Resize.Mode {
        try reader.choice("mode", ["nearest": .nearest(.floor), "linear": .linear, "bilinear": .linear])
            ?? .nearest(.floor)
    }

    private static func options(_ reader: AttributeReader) throws(Refusal) -> Resize.Options {
        var coordinates: [String: Resize.Coordinates] = [
            "asymmetric": .asymmetric, "align_corners": .alignCorners, "half_pixel": .halfPixel,
            "pytorch_half_pixel": .pytorchHalfPixel, "tf_crop_and_resize": .tfCropAndResize,
        ]
        // Opset 13 took it out again.
        if reader.opset < 13 { coordinates["tf_half_pixel_for_nn"] = .tfHalfPixelForNearest }
        if reader.opset >= 19 { coordinates["half_pixel_symmetric"] = .halfPixelSymmetric }
        let rounding =
            try reader.choice(
                "nearest_mode",
                [
                    "round_prefer_floor": Resize.Rounding.preferFloor, "round_prefer_ceil": .preferCeil,
                    "floor": .floor, "ceil": .ceil,
                ]) ?? .preferFloor
        let coefficient = try reader.float("cubic_coeff_a") ?? -0.75
        return Resize.Options(
            mode: try reader.choice(
                "mode",
                ["nearest": .nearest(rounding), "linear": .linear, "cubic": .cubic(coefficient: coefficient)])
                ?? .nearest(rounding),
            coordinates: try reader.choice("coordinate_transformation_mode", coordinates) ?? .halfPixel,
            excludesOutside: try reader.flag("exclude_outside"),
            extrapolationValue: try reader.float("extrapolation_value") ?? 0)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "X")
        guard input.elementType == .float32 || movesBytes(input.elementType) else {
            throw Refusal("X", "element type \(input.elementType) is not supported")
        }
        let resize = try resize(operands, input.type)
        let output = TensorType(input.elementType, resize.outputShape)
        guard input.elementType == .float32 else { return byteStep(resize, input.type, output) }
        return Step(resize: resize, output: output).fused(activation: .none, residualInput: nil)
    }

    /// What the operator makes of an input of that type, whose output is within the limit.
    func resize(_ operands: Operands, _ input: TensorType) throws(Refusal) -> Resize {
        let axes =
            try axes.map { (given) throws(Refusal) in try normalised(given, rank: input.shape.count) }
            ?? Array(input.shape.indices)
        let target = try target(operands, input.shape, axes)
        _ = try operands.limit.output(input.elementType, target.shape)
        var options = options
        if roundsUpWhenShrinking { options.mode = try roundedUp(options.mode, target.scales) }
        let region = try region(operands, rank: input.shape.count, axes)
        return try refusing { [options] () throws(KernelError) in
            try Resize(
                inputShape: input.shape, outputShape: target.shape, scales: target.scales,
                regionOfInterest: region, options: options)
        }
    }

    /// Whether bytes of this type can be resized: where each is one of the input's.
    private func movesBytes(_ type: ElementType) -> Bool { [.uint8, .int8].contains(type) && movesElements }

    /// Whether every element of the output is one of the input's. What is cropped beyond the image is another
    /// number.
    var movesElements: Bool {
        guard case .nearest = options.mode else { return false }
        return options.coordinates != .tfCropAndResize
    }

    /// Bytes, by way of float32: quantised graphs keep few of them, as `QuantizationFusion` lets them be
    /// floats.
    private func byteStep(_ resize: Resize, _ input: TensorType, _ output: TensorType) -> PlannedStep {
        // Each part begins at a cache line.
        let (inputBytes, outputBytes) = ((input.count + 15) / 16 * 64, (output.count + 15) / 16 * 64)
        let scratchBytes = inputBytes + outputBytes + resize.scratchBytes
        return PlannedStep(output, scratchBytes: scratchBytes) { context in
            guard let scratch = context.scratch else { return }
            let floats = (scratch + inputBytes).assumingMemoryBound(to: Float.self)
            Cast.run(
                input: context.input(0), from: input.elementType, output: scratch, to: .float32,
                count: input.count, pool: context.pool)
            resize.run(
                input: UnsafePointer(scratch.assumingMemoryBound(to: Float.self)), output: floats,
                scratch: scratch + inputBytes + outputBytes, pool: context.pool)
            Cast.run(
                input: floats, from: .float32, output: context.rawOutput(), to: output.elementType,
                count: output.count, pool: context.pool)
        }
    }

    /// Of images, it can add what it makes and apply an activation: a feature pyramid adds what it has made
    /// larger.
    private struct Step: FusableStep {
        let resize: Resize
        let output: TensorType

        var takesResidual: Bool { resize.isOfImages }

        func takes(_ activation: Activation) -> Bool { resize.isOfImages && !activation.isPerChannel }

        func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
            var step = PlannedStep(output, scratchBytes: resize.scratchBytes) { [resize, output] context in
                let result = context.output()
                resize.run(
                    input: context.floats(0), output: result, scratch: context.scratch, pool: context.pool)
                guard activation != .none || residualInput != nil else { return }
                Elementwise.apply(
                    activation, result, adding: residualInput.map { context.floats($0) }, result,
                    count: output.count, pool: context.pool)
            }
            step.fusable = self
            guard resize.isOfImages else { return step }
            step.overBlocks = { overBlocks(activation, residualInput) }
            return step
        }

        private func overBlocks(_ activation: Activation, _ residualInput: Int?) -> PlannedStep {
            let residuals = residualInput.map { Set([$0]) } ?? []
            return PlannedStep(blocks: residuals.union([0]), output, inPlace: residuals) { [resize] context in
                resize.runBlocks(
                    input: context.floats(0), residual: residualInput.map { context.floats($0) },
                    activation: activation, output: context.output(), pool: context.pool)
            }
        }
    }
}

extension ResizeOperator {
    /// The output's shape, and the scale of every axis where scales were given.
    private typealias Target = (shape: [Int], scales: [Float]?)

    private func target(_ operands: Operands, _ shape: [Int], _ axes: [Int]) throws(Refusal) -> Target {
        var given = fixedScales
        if let index = layout.scales { given = try operands.floats(index, "scales") }
        if let given, !given.isEmpty { return try scaled(shape, by: given, axes) }
        guard let index = layout.sizes, let sizes = try operands.integers(index, "sizes"), !sizes.isEmpty
        else {
            throw Refusal("scales", "there are neither scales nor sizes")
        }
        return try sized(shape, to: sizes, axes)
    }

    private func scaled(_ shape: [Int], by given: [Float], _ axes: [Int]) throws(Refusal) -> Target {
        guard given.count == axes.count else {
            throw Refusal("scales", "has \(given.count) elements instead of \(axes.count)")
        }
        var (output, scales) = (shape, [Float](repeating: 1, count: shape.count))
        for (axis, scale) in zip(axes, given) {
            guard scale > 0, scale.isFinite else { throw Refusal("scales", "\(scale) is not a scale") }
            let extent = (Float(shape[axis]) * scale).rounded(.down)
            guard extent < 0x1p31 else { throw Refusal("scales", "\(scale) makes \(shape[axis]) too large") }
            (output[axis], scales[axis]) = (Int(extent), scale)
        }
        return (output, scales)
    }

    private func sized(_ shape: [Int], to sizes: [Int64], _ axes: [Int]) throws(Refusal) -> Target {
        guard sizes.count == axes.count else {
            throw Refusal("sizes", "has \(sizes.count) elements instead of \(axes.count)")
        }
        var output = shape
        for (axis, size) in zip(axes, sizes) {
            guard size >= 0, size < 1 << 31 else { throw Refusal("sizes", "\(size) is not a size") }
            output[axis] = Int(size)
        }
        guard aspectRatio != .stretch else { return (output, nil) }
        return try keptRatio(shape, output, axes)
    }

    /// One scale for all axes: the largest that fits into the sizes, or the smallest that covers them.
    private func keptRatio(_ shape: [Int], _ wanted: [Int], _ axes: [Int]) throws(Refusal) -> Target {
        let ratios = axes.filter { shape[$0] > 0 }.map { Float(wanted[$0]) / Float(shape[$0]) }
        guard let scale = aspectRatio == .notLarger ? ratios.min() : ratios.max() else {
            throw Refusal("sizes", "an empty input has no aspect ratio")
        }
        var (output, scales) = (shape, [Float](repeating: 1, count: shape.count))
        for axis in axes {
            let extent = (scale * Float(shape[axis])).rounded(.toNearestOrAwayFromZero)
            guard extent < 0x1p31 else { throw Refusal("sizes", "the result is too large") }
            (output[axis], scales[axis]) = (Int(extent), scale)
        }
        return (output, scales)
    }

    private func region(_ operands: Operands, rank: Int, _ axes: [Int]) throws(Refusal) -> [Float] {
        guard options.coordinates == .tfCropAndResize else { return [] }
        guard let index = layout.region, let given = try operands.floats(index, "roi"),
            given.count == 2 * axes.count,
            given.allSatisfy(\.isFinite)
        else { throw Refusal("roi", "a start and an end for each of \(axes.count) axes are needed") }
        var region = [Float](repeating: 0, count: rank) + [Float](repeating: 1, count: rank)
        for (index, axis) in axes.enumerated() {
            (region[axis], region[rank + axis]) = (given[index], given[axes.count + index])
        }
        return region
    }

    private func roundedUp(_ mode: Resize.Mode, _ scales: [Float]?) throws(Refusal) -> Resize.Mode {
        guard case .nearest = mode, let scales, scales.contains(where: { $0 < 1 }) else { return mode }
        guard !scales.contains(where: { $0 > 1 }) else {
            throw Refusal("scales", "shrinking one axis and growing another is not supported before opset 11")
        }
        return .nearest(.ceil)
    }
}
