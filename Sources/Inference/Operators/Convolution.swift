internal import Kernels

extension OperatorRegistry {
    static let convolutions: [String: Entry] = [
        "Conv": Entry { (reader) throws(Refusal) in try Convolution(reader) }
    ]
}

/// ONNX `Conv` over one or two spatial dimensions; one is run as two with a height of 1.
struct Convolution: Operator, ByteMultiplying {
    private(set) var window: WindowAttributes
    private(set) var groups: Int
    /// Whether packing may choose kernels over channel blocks.
    var mayUseBlocks = false
    /// What stands outside the input instead of zeros, one value a channel; only kernels over channel blocks
    /// know it.
    var border: [Float]?
    var inputGrid: ByteGrid?
    /// The weights, once packed, and the shape they had.
    private var weights: (kernel: ConvolutionKernel, shape: [Int])?

    /// The attributes of a node that takes so many inputs.
    init(_ reader: AttributeReader, inputs: ClosedRange<Int> = 2...3) throws(Refusal) {
        try reader.expect(inputs: inputs)
        var window = try WindowAttributes(reader)
        window.dilations = try WindowAttributes.sizes(reader, "dilations", atLeast: 1)
        self.window = window
        let groups = try reader.int("group") ?? 1
        guard groups >= 1, groups <= 1 << 24 else {
            throw Refusal("group", "\(groups) is not a number of groups")
        }
        self.groups = Int(groups)
    }

    /// A convolution of stride 1.
    init(pads: [Int], dilations: [Int], groups: Int) {
        (window, self.groups) = (WindowAttributes(pads: pads, dilations: dilations), groups)
    }

    /// The same window over another number of groups.
    func with(groups: Int) -> Convolution {
        var copy = self
        copy.groups = groups
        return copy
    }

    /// The same convolution by another window.
    func with(window: WindowAttributes) -> Convolution {
        var copy = self
        copy.window = window
        return copy
    }

    var multipliesBytes: Bool {
        guard case .blocks(let kernel)? = weights?.kernel else { return false }
        return kernel.algorithm == .bytes
    }

    /// Whether weights of this shape will run over channel blocks and can have a border.
    func takesBorder(weights shape: [Int]) -> Bool {
        mayUseBlocks && groups == 1 && shape.count == 4 && shape.allSatisfy { $0 > 0 }
    }

    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)? {
        let constants = packing.constants
        guard let tensor = constants[1] else { return nil }
        let parameters = try parameters(
            weights: TensorType(tensor.elementType, tensor.shape),
            bias: constants[2].map { TensorType($0.elementType, $0.shape) })
        var packed = self
        let blocked = mayUseBlocks && tensor.shape.count == 4 && tensor.count > 0
        let precision = packing.precision.forConvolution(weights: tensor.count)
        // Whether a file is refused for its size does not depend on the CPU.
        let inBlocks =
            blocked
            ? BlockedConvolution.packedBytes(parameters, precision, mayTakeBytes: inputGrid != nil) : nil
        try packing.budget.take(inBlocks ?? tensor.byteCount)
        packed.weights = (
            pack(parameters, tensor, precision, packing, blocked: blocked),
            tensor.shape
        )
        return (packed, [1, 2])
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.float(0, "X")
        if let weights {
            let placed = try place(
                input, weightShape: weights.shape, parameters: weights.kernel.parameters,
                limit: operands.limit)
            return weights.kernel.step(placed, threads: operands.threads)
        }
        let weight = try operands.float(1, "W")
        let parameters = try parameters(weights: weight.type, bias: operands[2]?.type)
        let placed = try place(
            input, weightShape: weight.shape, parameters: parameters, limit: operands.limit)
        return unpackedStep(parameters, placed, hasBias: operands[2] != nil, threads: operands.threads)
    }
}

extension Convolution {
    /// A convolution placed over an input: sizes for the kernel and the output as the graph sees it.
    struct Placed {
        let geometry: ConvolutionGeometry
        let output: TensorType
    }

    /// Checks weights and bias and says what of the convolution they fix.
    private func parameters(weights: TensorType, bias: TensorType?) throws(Refusal) -> ConvolutionParameters {
        guard weights.elementType == .float32 else {
            throw Refusal("W", "element type \(weights.elementType) is not supported")
        }
        let shape = weights.shape
        guard (3...4).contains(shape.count) else {
            throw Refusal("W", "shape \(shape): only one and two spatial dimensions are supported")
        }
        guard shape.allSatisfy({ $0 > 0 && $0 <= 1 << 24 }) else {
            throw Refusal("W", "shape \(shape) has no such use")
        }
        guard shape[0] % groups == 0 else {
            throw Refusal("group", "\(groups) groups do not divide \(shape[0]) output channels")
        }
        if let bias {
            guard bias.elementType == .float32, bias.shape == [shape[0]] else {
                throw Refusal(
                    "B", "\(bias.elementType) of shape \(bias.shape) where float32 of [\(shape[0])] is needed"
                )
            }
        }
        let kernel = Array(shape[2...])
        if let declared = window.kernel, declared != kernel {
            throw Refusal("kernel_shape", "\(declared) where the weights have \(kernel)")
        }
        let strides = try Convolution.lifted(window.strides, kernel.count, "strides")
        let dilations = try Convolution.lifted(window.dilations, kernel.count, "dilations")
        return ConvolutionParameters(
            inputChannels: shape[1] * groups, outputChannels: shape[0], groups: groups,
            kernelHeight: kernel.count == 2 ? kernel[0] : 1, kernelWidth: kernel[kernel.count - 1],
            strideHeight: strides[0], strideWidth: strides[1], dilationHeight: dilations[0],
            dilationWidth: dilations[1])
    }

    /// Two values of one or two; ones where there are none.
    private static func lifted(_ values: [Int]?, _ rank: Int, _ name: String) throws(Refusal) -> [Int] {
        guard let values else { return [1, 1] }
        guard values.count == rank else {
            throw Refusal(name, "has \(values.count) elements instead of \(rank)")
        }
        return rank == 2 ? values : [1, values[0]]
    }

    private func place(
        _ input: Operand, weightShape: [Int], parameters: ConvolutionParameters, limit: SizeLimit
    ) throws(Refusal) -> Placed {
        let shape = input.shape
        guard shape.count == weightShape.count else {
            throw Refusal("X", "shape \(shape) does not have the rank of the weights, \(weightShape)")
        }
        guard shape[1] == parameters.inputChannels else {
            throw Refusal("X", "\(shape[1]) channels where the weights take \(parameters.inputChannels)")
        }
        let spatial = Array(shape[2...])
        let placed = try window.placed(over: spatial, kernel: Array(weightShape[2...]))
        try checkReach(placed, channels: shape[1], limit)
        let isPlane = spatial.count == 2
        let geometry = ConvolutionGeometry(
            batch: shape[0], inputHeight: isPlane ? spatial[0] : 1, inputWidth: spatial[spatial.count - 1],
            outputHeight: isPlane ? placed.output[0] : 1, outputWidth: placed.output[spatial.count - 1],
            padTop: isPlane ? placed.padsBefore[0] : 0, padLeft: placed.padsBefore[spatial.count - 1])
        let output = try limit.output(.float32, [shape[0], parameters.outputChannels] + placed.output)
        return Placed(geometry: geometry, output: output)
    }

    /// Holds what the windows of an image read, its border included, to the limit: kernels copy bands of it,
    /// and count their elements without another look.
    private func checkReach(_ window: Window, channels: Int, _ limit: SizeLimit) throws(Refusal) {
        let read = window.output.indices.map { axis in
            max(window.output[axis] - 1, 0) * window.strides[axis]
                + (window.kernel[axis] - 1) * window.dilations[axis] + 1
        }
        guard limit.bytes(.float32, [channels] + read) != nil else {
            throw Refusal.limit(
                "reads \(channels) channels of \(read) elements with their border, over \(limit.maximumBytes) bytes"
            )
        }
    }

    private func pack(
        _ parameters: ConvolutionParameters, _ weights: Tensor, _ precision: Precision, _ packing: Packing,
        blocked: Bool
    ) -> ConvolutionKernel {
        weights.withFloats { weights in
            let start = weights.baseAddress!
            func pack(_ bias: UnsafePointer<Float>?) -> ConvolutionKernel {
                if blocked,
                    let kernel = BlockedConvolution(
                        parameters: parameters, weights: start, bias: bias, border: border,
                        precision: precision,
                        bytes: bytes(packing, outputs: parameters.outputChannels, axis: 0), pool: packing.pool
                    )
                {
                    return .blocks(kernel)
                }
                precondition(border == nil, "a border was folded into a convolution over planes")
                return .planes(PackedConvolution(parameters: parameters, weights: start, bias: bias))
            }
            return packing.constants[2].map { $0.withFloats { pack($0.baseAddress) } } ?? pack(nil)
        }
    }

    /// A step for weights that change from run to run: they are packed in the run.
    private func unpackedStep(
        _ parameters: ConvolutionParameters, _ placed: Placed, hasBias: Bool, threads: Int
    ) -> PlannedStep {
        let geometry = placed.geometry
        let zeros = Tensor(
            shape: [parameters.weightCount], floats: Array(repeating: 0, count: parameters.weightCount))
        let scratch = zeros.withFloats {
            PackedConvolution(parameters: parameters, weights: $0.baseAddress!, bias: nil).scratchBytes(
                for: geometry, threads: threads)
        }
        return PlannedStep(placed.output, scratchBytes: scratch) { context in
            PackedConvolution(
                parameters: parameters, weights: context.floats(1), bias: hasBias ? context.floats(2) : nil
            ).run(
                geometry, input: context.floats(0), output: context.output(), scratch: context.scratch,
                pool: context.pool)
        }
    }
}
