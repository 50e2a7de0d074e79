internal import Kernels

extension OperatorRegistry {
    static let transposedConvolutions: [String: Entry] = [
        "ConvTranspose": Entry { (reader) throws(Refusal) in try TransposedConvolutionOperator(reader) }
    ]
}

/// ONNX `ConvTranspose` over one or two spatial dimensions; one is run as two with a height of 1.
struct TransposedConvolutionOperator: Operator {
    let groups: Int
    private let window: WindowAttributes
    private let outputPadding, outputShape: [Int]?

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 2...3)
        var window = try WindowAttributes(reader)
        window.dilations = try WindowAttributes.sizes(reader, "dilations", atLeast: 1)
        self.window = window
        outputPadding = try WindowAttributes.sizes(reader, "output_padding", atLeast: 0)
        outputShape = try WindowAttributes.sizes(reader, "output_shape", atLeast: 1)
        let groups = try reader.int("group") ?? 1
        guard groups >= 1, groups <= 1 << 24 else {
            throw Refusal("group", "\(groups) is not a number of groups")
        }
        self.groups = Int(groups)
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (input, weights) = (try operands.float(0, "X"), try operands.float(1, "W"))
        let axes = try placed(over: input.shape, weights: weights.shape)
        let outputs = weights.shape[1]
        // Within the limit, as there are weights of a group's size.
        let (channels, overflow) = outputs.multipliedReportingOverflow(by: groups)
        guard !overflow else {
            throw Refusal("group", "\(groups) groups of \(outputs) channels are too many")
        }
        if operands[2] != nil {
            let bias = try operands.float(2, "B")
            guard bias.shape == [channels] else {
                throw Refusal("B", "shape \(bias.shape) where [\(channels)] is needed")
            }
        }
        let output = try operands.limit.output(
            .float32, [input.shape[0], channels] + axes.map(\.output))
        let row = TransposedConvolution.Axis(input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad: 0)
        let kernel = TransposedConvolution(
            batch: input.shape[0], groups: groups, inputs: weights.shape[0] / groups, outputs: outputs,
            rows: axes.count == 2 ? axes[0] : row, columns: axes[axes.count - 1])
        let hasBias = operands[2] != nil
        var step = PlannedStep(output, scratchBytes: kernel.scratchBytes(threads: operands.threads)) {
            context in
            guard let scratch = context.scratch else { return }
            kernel.run(
                input: context.floats(0), weights: context.floats(1), bias: hasBias ? context.floats(2) : nil,
                output: context.output(), scratch: scratch, pool: context.pool)
        }
        step.note.operations = kernel.operations
        return step
    }

    /// The convolution whose derivative by its input this is, over an output of this one's size: what its
    /// derivative by its own input is. nil where outputs behind the last window have none.
    func convolution(over input: [Int], weights: [Int]) throws(Refusal) -> Convolution? {
        let axes = try placed(over: input, weights: weights)
        let after = axes.map { axis in
            (axis.input - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 - axis.pad - axis.output
        }
        guard zip(after, axes).allSatisfy({ $0 > -$1.stride }) else { return nil }
        var window = WindowAttributes(
            // Outputs behind the last window are read by none.
            pads: axes.map(\.pad) + after.map { max($0, 0) }, dilations: axes.map(\.dilation))
        window.strides = axes.map(\.stride)
        return Convolution(pads: [], dilations: [], groups: groups).with(window: window)
    }

    /// Checks the shapes and says where products go on each axis.
    private func placed(
        over input: [Int], weights: [Int]
    ) throws(Refusal) -> [TransposedConvolution.Axis] {
        guard (3...4).contains(weights.count) else {
            throw Refusal("W", "shape \(weights): only one and two spatial dimensions are supported")
        }
        guard weights.allSatisfy({ $0 > 0 && $0 <= 1 << 24 }) else {
            throw Refusal("W", "shape \(weights) has no such use")
        }
        guard input.count == weights.count, input[2...].allSatisfy({ $0 > 0 && $0 <= 1 << 24 }) else {
            throw Refusal("X", "shape \(input) is not of images for weights of \(weights)")
        }
        guard input[1] == weights[0], weights[0] % groups == 0 else {
            throw Refusal("X", "\(input[1]) channels in \(groups) groups for weights of \(weights)")
        }
        let kernel = Array(weights[2...])
        // What a product of matrices counts its rows by.
        guard weights[1...].reduce(1, *) <= Int(Int32.max), input[2...].reduce(1, *) <= Int(Int32.max) else {
            throw Refusal.limit("multiplies \(input) by weights of \(weights)")
        }
        if let declared = window.kernel, declared != kernel {
            throw Refusal("kernel_shape", "\(declared) where the weights have \(kernel)")
        }
        let rank = kernel.count
        let strides = try list(window.strides, rank, "strides", 1)
        let dilations = try list(window.dilations, rank, "dilations", 1)
        let padding = try list(outputPadding, rank, "output_padding", 0)
        let pads = try list(window.pads, 2 * rank, "pads", 0)
        _ = try list(outputShape, rank, "output_shape", 1)
        var axes: [TransposedConvolution.Axis] = []
        for axis in 0..<rank {
            let reach = (kernel[axis] - 1) * dilations[axis] + 1
            guard padding[axis] < max(strides[axis], dilations[axis]) else {
                throw Refusal("output_padding", "\(padding) reaches over another window")
            }
            let whole = strides[axis] * (input[axis + 2] - 1) + padding[axis] + reach
            let (before, output) = try place(
                whole, axis, given: (pads[axis], pads[rank + axis]),
                same: input[axis + 2] * strides[axis])
            axes.append(
                TransposedConvolution.Axis(
                    input: input[axis + 2], output: output, kernel: kernel[axis], stride: strides[axis],
                    dilation: dilations[axis], pad: before))
        }
        return axes
    }

    /// Of `whole` outputs along an axis, how many are left out before the first, and how many stay.
    private func place(
        _ whole: Int, _ axis: Int, given: (before: Int, after: Int), same: Int
    ) throws(Refusal) -> (before: Int, output: Int) {
        var target: Int?
        if let outputShape {
            target = outputShape[axis]
        } else if window.autoPad == .sameUpper || window.autoPad == .sameLower {
            target = same
        }
        if let target {
            guard target <= whole else {
                throw Refusal(
                    outputShape == nil ? "auto_pad" : "output_shape",
                    "\(target) outputs where products reach over \(whole)")
            }
            let total = whole - target
            return (window.autoPad == .sameUpper ? total / 2 : total - total / 2, target)
        }
        let (before, after) = window.autoPad == .valid ? (0, 0) : given
        guard whole - before - after > 0 else {
            throw Refusal("pads", "\(before) and \(after) leave nothing of \(whole) outputs")
        }
        return (before, whole - before - after)
    }

    private func list(_ values: [Int]?, _ count: Int, _ name: String, _ fallback: Int) throws(Refusal)
        -> [Int]
    {
        guard let values else { return Array(repeating: fallback, count: count) }
        guard values.count == count else {
            throw Refusal(name, "has \(values.count) elements instead of \(count)")
        }
        return values
    }
}
