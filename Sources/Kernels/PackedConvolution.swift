/// A convolution whose weights are prepared: `output = activation(conv(input) + bias + residual)`, NCHW.
///
/// Made once when a model is loaded, then run from any thread.
package struct PackedConvolution: Sendable {
    /// How the products are formed. The form of the packed weights is the algorithm's own: one with fewer
    /// multiplications or another layout is a further case here and a further file beside this one.
    package enum Algorithm: Sendable, Hashable {
        /// A 1x1 kernel, stride 1: the input is the right-hand matrix as it lies.
        case pointwise
        /// Patches are laid out as columns, tile by tile, and multiplied.
        case im2col
        /// Every input channel has its own kernels.
        case depthwise
    }

    package let parameters: ConvolutionParameters
    package let algorithm: Algorithm

    /// As the algorithm wants them; for all three of today, as ONNX stores them.
    let weights: AlignedBuffer
    private(set) var epilogue: Epilogue
    let table: KernelTable

    /// Prepares the weights, `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`, and bias.
    ///
    /// Both are copied. Traps when the groups do not divide the channels or the PReLU slopes are not one an
    /// output channel: the caller has checked the model.
    package init(
        parameters: ConvolutionParameters, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        activation: Activation = .none, table: KernelTable = .current
    ) {
        let channels = parameters.outputChannels
        precondition(
            parameters.inputChannels % parameters.groups == 0 && channels % parameters.groups == 0,
            "\(parameters.groups) groups of \(parameters.inputChannels) channels to \(channels)")
        self.parameters = parameters
        self.table = table
        algorithm = PackedConvolution.algorithm(for: parameters)
        self.weights = AlignedBuffer(
            copying: UnsafeBufferPointer(start: weights, count: parameters.weightCount))
        epilogue = Epilogue(
            activation, channels: channels,
            bias: bias.map { Array(UnsafeBufferPointer(start: $0, count: channels)) }, table: table)
    }

    /// The same convolution with another activation; the packed weights are shared.
    ///
    /// An engine learns what follows a convolution only when the shapes are known, long after packing.
    package func with(activation: Activation) -> PackedConvolution {
        var copy = self
        copy.epilogue = epilogue.with(activation: activation, channels: parameters.outputChannels)
        return copy
    }

    private static func algorithm(for parameters: ConvolutionParameters) -> Algorithm {
        if parameters.channelsPerGroup == 1, parameters.groups > 1 { return .depthwise }
        let isOneByOne = parameters.kernelHeight == 1 && parameters.kernelWidth == 1
        return isOneByOne && parameters.strideHeight == 1 && parameters.strideWidth == 1
            ? .pointwise : .im2col
    }

    /// Bytes of scratch that `run` needs for this geometry on a pool of so many threads; may be 0.
    package func scratchBytes(for geometry: ConvolutionGeometry, threads: Int) -> Int {
        let threads = max(threads, 1)
        return scratchCount(for: geometry, threads: threads) * threads * MemoryLayout<Float>.stride
    }

    /// Runs over a batch.
    ///
    /// - Parameters:
    ///   - input: `[batch, inputChannels, inputHeight, inputWidth]`.
    ///   - residual: of the output's shape, added before the activation; may be the output itself.
    ///   - output: `[batch, outputChannels, outputHeight, outputWidth]`; apart from the input.
    ///   - scratch: `scratchBytes(for:threads:)` bytes, 64-byte aligned, for this run alone; nil where that
    ///     is 0.
    package func run(
        _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard geometry.batch > 0, geometry.outputPlane > 0, parameters.outputChannels > 0 else { return }
        let call = Call(
            geometry: geometry, input: input, residual: residual, output: output,
            scratch: scratch?.assumingMemoryBound(to: Float.self),
            scratchCount: scratchCount(for: geometry, threads: pool.threads))
        if algorithm == .depthwise {
            runDepthwise(call, pool)
        } else {
            runAsMatrices(call, pool)
        }
    }

    private func scratchCount(for geometry: ConvolutionGeometry, threads: Int) -> Int {
        guard geometry.batch > 0, geometry.outputPlane > 0 else { return 0 }
        switch algorithm {
        case .depthwise: return depthwiseScratchCount(geometry)
        case .pointwise, .im2col: return matrixScratchCount(geometry, threads: threads)
        }
    }
}

extension PackedConvolution {
    /// The arguments of one run.
    struct Call {
        let geometry: ConvolutionGeometry
        let input: UnsafePointer<Float>
        let residual: UnsafePointer<Float>?
        let output: UnsafeMutablePointer<Float>
        let scratch: UnsafeMutablePointer<Float>?
        /// Floats of scratch a worker has.
        let scratchCount: Int

        /// The part of the scratch that is one worker's own; nil where none is needed.
        func scratch(of worker: Int) -> UnsafeMutablePointer<Float>? {
            scratchCount == 0 ? nil : scratch.map { $0 + worker * scratchCount }
        }
    }
}
