/// A convolution whose weights are prepared: `output = activation(conv(input) + bias + residual)`, NCHW.
///
/// Made once when a model is loaded, then run from any thread.
package struct PackedConvolution: Sendable {
    /// How the products are formed.
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

    /// Prepares the weights, `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`, and bias.
    ///
    /// Both are copied. Traps when the groups do not divide the channels or the PReLU slopes are not one an
    /// output channel: the caller has checked the model.
    package init(
        parameters: ConvolutionParameters, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        activation: Activation = .none, table: KernelTable = .current
    ) { fatalError("to come") }

    /// Bytes of scratch that `run` needs for this geometry on a pool of so many threads; may be 0.
    package func scratchBytes(for geometry: ConvolutionGeometry, threads: Int) -> Int { fatalError("to come") }

    /// Runs over a batch.
    ///
    /// - Parameters:
    ///   - input: `[batch, inputChannels, inputHeight, inputWidth]`.
    ///   - residual: of the output's shape, added before the activation; may be the output itself.
    ///   - output: `[batch, outputChannels, outputHeight, outputWidth]`; apart from the input.
    ///   - scratch: `scratchBytes(for:threads:)` bytes, 64-byte aligned, for this run alone; nil where that is 0.
    package func run(
        _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) { fatalError("to come") }
}
