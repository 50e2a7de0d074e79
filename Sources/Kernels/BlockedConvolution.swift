import CKernels

/// A convolution over channel blocks: `output = activation(conv(input) + bias + residual)`, all three in
/// blocks.
///
/// Made once when a model is loaded, then run from any thread.
package struct BlockedConvolution: Sendable {
    /// How the products are formed.
    package enum Algorithm: Sendable, Hashable {
        /// 3x3, stride 1: Winograd's F(4x4, 3x3), a quarter of the multiplications.
        case winograd
        /// The input of some positions is gathered, then multiplied: what is direct, with narrow weights or
        /// of large strides.
        case gathered
        /// One matrix product, over windows that are read in place: all with many input channels, in bfloat16
        /// where the CPU multiplies matrices.
        case implicitGemm
        /// The same in whole numbers: what reads bytes and has weights of bytes.
        case bytes
        /// Products of input elements with vectors of output channels, straight from the input.
        case direct
        /// The same where channels are in groups of several, each block of outputs from the blocks that hold
        /// its groups.
        case grouped
        /// The same from an input in planes: the few channels of an image would fill a block with zeros.
        case directFromPlanes
        /// What is direct, 1x1 and of many channels: Strassen's seven products for eight.
        case strassen
        /// Every channel has its own kernel.
        case depthwise
        /// The same of 3x3 and stride 1: Winograd's F(2, 3) down the columns, two thirds of the
        /// multiplications.
        case winogradDepthwise

        var isDepthwise: Bool { self == .depthwise || self == .winogradDepthwise }
    }

    package let parameters: ConvolutionParameters
    package let algorithm: Algorithm
    /// Of the direct and depthwise algorithms.
    let weights: AlignedBuffer
    /// Of the grouped algorithm.
    let groups: GroupedBlocks?
    /// Of the direct algorithm, for inputs that Strassen's takes.
    let strassenWeights: StrassenWeights?
    /// Of the others.
    let narrowWeights: NarrowWeights?
    /// Of those over bytes.
    let wholeWeights: WholeWeights?
    /// Whether those of Winograd's algorithm are kernels, transformed as they are used.
    let transformsKernels: Bool
    /// What stands outside the input, an element a channel of whole blocks; nil for zeros.
    let border: AlignedBuffer?
    private(set) var finish: BlockedFinish
    /// Whether the largest of each 2x2 outputs is the output.
    package private(set) var isPooled = false
    let table: KernelTable

    /// Channels up to which an input stays in planes.
    private static let fewChannels = 4

    /// Prepares weights `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]` and bias.
    ///
    /// `border` is what stands outside the input, one value a channel: a normalisation before a padded
    /// convolution folds into weights, bias and this. nil for what no kernel here does: a border around
    /// convolutions of groups. The precision is that of products over many channels; few or single ones stay
    /// in float32. `bytes` says that the input lies on a grid and the weights of each output channel are
    /// whole numbers of a step, which is checked: where it holds, sums are small enough and the table has
    /// such kernels, products are of bytes in every precision. `pool` shares the packing. Tests set
    /// `usesMatrices` for plain C, which has those products too.
    package init?(
        parameters: ConvolutionParameters, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        border: [Float]? = nil, activation: Activation = .none, precision: Precision = .float32,
        bytes: (grid: ByteGrid, weightSteps: [Float])? = nil,
        pool: WorkerPool = WorkerPool(threads: 1), table: KernelTable = .current, usesMatrices: Bool? = nil
    ) {
        let usesMatrices = precision == .bfloat16 && (usesMatrices ?? table.multipliesMatrices)
        guard border == nil || parameters.groups == 1 else { return nil }
        let wholeWeights = bytes.flatMap {
            border == nil && table.functions.pointee.byte_windows != nil
                && BlockedConvolution.takesBytes(parameters)
                ? WholeWeights(parameters, weights, steps: $0.weightSteps, grid: $0.grid, pool: pool) : nil
        }
        self.wholeWeights = wholeWeights
        let algorithm =
            wholeWeights != nil
            ? .bytes
            : BlockedConvolution.algorithm(for: parameters, precision, usesMatrices: usesMatrices)
        if let border {
            precondition(border.count == parameters.inputChannels, "\(border.count) border values")
        }
        self.border = border.map { BlockedFinish.padded($0, channels: parameters.inputChannels) }
        self.parameters = parameters
        self.algorithm = algorithm
        self.table = table
        let channels = parameters.outputChannels
        transformsKernels =
            algorithm == .winograd && BlockedConvolution.transformsKernels(parameters, precision)
        narrowWeights =
            switch algorithm {
            case .winograd where transformsKernels:
                BlockedWeights.kernels(parameters, weights, precision, table: table, pool: pool)
            case .winograd:
                BlockedWeights.winograd(
                    parameters, weights, precision.forWinograd(inputChannels: parameters.inputChannels),
                    table: table, pool: pool)
            case .gathered:
                BlockedWeights.gathered(
                    parameters, weights, precision.forSums(of: parameters.productsOfOutput), table: table,
                    pool: pool)
            case .implicitGemm:
                BlockedWeights.implicitGemm(parameters, weights, table: table, pool: pool)
            case .bytes, .direct, .grouped, .directFromPlanes, .strassen, .depthwise, .winogradDepthwise: nil
            }
        let groups = algorithm == .grouped ? GroupedBlocks(parameters) : nil
        self.groups = groups
        self.weights =
            switch algorithm {
            case .winograd, .gathered, .implicitGemm, .bytes: AlignedBuffer(byteCount: 0)
            case .direct, .strassen:
                BlockedWeights.direct(parameters, weights, inner: ChannelBlocks.width)
            case .grouped: BlockedWeights.grouped(parameters, weights, groups!)
            case .directFromPlanes: BlockedWeights.direct(parameters, weights, inner: 1)
            case .depthwise: BlockedWeights.depthwise(parameters, weights)
            case .winogradDepthwise: BlockedWeights.winogradDepthwise(parameters, weights)
            }
        strassenWeights =
            algorithm == .direct && BlockedConvolution.takesStrassen(parameters)
            ? StrassenWeights(
                inputs: parameters.inputChannels, outputs: parameters.outputChannels, weights) : nil
        finish = BlockedFinish(
            channels: channels, bias: bias.map { Array(UnsafeBufferPointer(start: $0, count: channels)) },
            activation: activation)
    }

    /// The same convolution with another activation; the packed weights are shared.
    package func with(activation: Activation) -> BlockedConvolution {
        var copy = self
        copy.finish = finish.with(activation: activation, channels: parameters.outputChannels)
        return copy
    }

    /// The same convolution with a pool of the largest behind it, or nil where the kernel cannot do that: its
    /// windows are 2x2, side by side, and it adds no residual.
    package func pooled(_ pool: PoolingGeometry) -> BlockedConvolution? {
        let isPairs =
            [pool.kernelHeight, pool.kernelWidth, pool.strideHeight, pool.strideWidth].allSatisfy { $0 == 2 }
            && pool.dilationHeight == 1 && pool.dilationWidth == 1 && pool.padTop == 0 && pool.padLeft == 0
            && pool.outputHeight == pool.inputHeight / 2 && pool.outputWidth == pool.inputWidth / 2
        guard isPairs, algorithm == .winogradDepthwise, !finish.hasRest, !isPooled else { return nil }
        var copy = self
        copy.isPooled = true
        return copy
    }

    /// Whether the input is read in blocks rather than in planes.
    package var readsBlocks: Bool { algorithm != .directFromPlanes }

    static func algorithm(
        for parameters: ConvolutionParameters, _ precision: Precision, usesMatrices: Bool
    ) -> Algorithm {
        let isThreeByThree = parameters.kernelHeight == 3 && parameters.kernelWidth == 3
        let isDense =
            parameters.strideHeight == 1 && parameters.strideWidth == 1
            && parameters.dilationHeight == 1 && parameters.dilationWidth == 1
        guard parameters.groups == 1 else {
            let isDepthwise =
                parameters.groups == parameters.inputChannels
                && parameters.outputChannels == parameters.inputChannels
            guard isDepthwise else { return .grouped }
            return isThreeByThree && isDense ? .winogradDepthwise : .depthwise
        }
        if parameters.inputChannels <= fewChannels { return .directFromPlanes }
        if usesMatrices { return .implicitGemm }
        if isThreeByThree && isDense { return .winograd }
        return precision != .float32 || gathersWideInputs(parameters) ? .gathered : .direct
    }

    /// Whether the products of a quantised layer are made of bytes.
    static func takesBytes(_ p: ConvolutionParameters) -> Bool {
        p.groups == 1 && p.inputChannels > fewChannels && WholeWeights.takes(p)
    }

    /// Whether a gathered input pays in float32 too: windows that leave out positions make short rows in
    /// small planes, and single columns at the edges, which leave registers empty; copies are cheap beside
    /// products of many outputs.
    private static func gathersWideInputs(_ p: ConvolutionParameters) -> Bool {
        p.kernelHeight * p.kernelWidth > 1 && p.strideWidth > 1 && p.inputChannels % ChannelBlocks.width == 0
            && p.outputChannels >= 8 * ChannelBlocks.width
    }

    /// The algorithm for an input of this size.
    package func algorithm(for geometry: ConvolutionGeometry) -> Algorithm {
        usesStrassen(geometry) ? .strassen : algorithm
    }

    /// Bytes of scratch that `run` needs for this geometry on a pool of so many threads; may be 0.
    package func scratchBytes(for geometry: ConvolutionGeometry, threads: Int) -> Int {
        guard geometry.batch > 0, geometry.outputPlane > 0 else { return 0 }
        let threads = max(threads, 1)
        let floats =
            switch self.algorithm(for: geometry) {
            case .winograd: winogradWork(geometry, threads: threads).scratchFloats
            case .gathered: gatheredWork(geometry, threads: threads).scratchFloats
            case .implicitGemm, .bytes:
                implicitGemmWork(windowLayout(geometry), batch: geometry.batch, threads: threads)
                    .scratchFloats
            case .direct, .grouped, .directFromPlanes:
                directBands(geometry, threads: threads).patchFloats * threads
            case .strassen: strassenScratch * threads
            case .depthwise, .winogradDepthwise: 0
            }
        return floats * MemoryLayout<Float>.stride
    }

    /// Runs over a batch.
    ///
    /// - Parameters:
    ///   - input: in blocks, or in planes where `readsBlocks` is false.
    ///   - residual: in blocks, added before the activation; may be the output itself.
    ///   - output: in blocks, where the convolution is pooled of half its rows and columns; apart from the
    ///     input.
    ///   - scratch: `scratchBytes(for:threads:)` bytes, 64-byte aligned, for this run alone; nil where that
    ///     is 0.
    package func run(
        _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard geometry.batch > 0, geometry.outputPlane > 0, parameters.outputChannels > 0 else { return }
        finish.withKernelForm { finish in
            let call = Call(
                geometry: geometry, finish: finish, input: input, residual: residual, output: output,
                scratch: scratch?.assumingMemoryBound(to: Float.self))
            switch self.algorithm(for: geometry) {
            case .winograd: runWinograd(call, pool)
            case .gathered: runGathered(call, pool)
            case .implicitGemm, .bytes: runImplicitGemm(call, pool)
            case .direct, .grouped, .directFromPlanes: runDirect(call, pool)
            case .strassen: runStrassen(call, pool)
            case .depthwise, .winogradDepthwise: runDepthwise(call, pool)
            }
        }
    }
}

extension BlockedConvolution {
    /// The arguments of one run.
    struct Call {
        let geometry: ConvolutionGeometry
        let finish: UnsafePointer<ck_finish>
        let input: UnsafePointer<Float>
        let residual: UnsafePointer<Float>?
        let output: UnsafeMutablePointer<Float>
        let scratch: UnsafeMutablePointer<Float>?
    }

    /// Where rows of all output blocks of one image go: its planes, or a band of them.
    struct BlockRows {
        /// Row `first` of the first block, and what is added there.
        let output: UnsafeMutablePointer<Float>
        let residual: UnsafePointer<Float>?
        let first: Int
        /// From a block to the next one.
        let blockFloats: Int
    }

    /// An image of the call's output.
    func target(_ call: Call, image: Int) -> BlockRows {
        let half = isPooled ? 2 : 1
        let plane = (call.geometry.outputHeight / half) * (call.geometry.outputWidth / half)
        let blockFloats = plane * ChannelBlocks.width
        let at = image * outputBlocks * blockFloats
        return BlockRows(
            output: call.output + at, residual: call.residual.map { $0 + at }, first: 0,
            blockFloats: blockFloats)
    }

    var inputBlocks: Int { ChannelBlocks.count(parameters.inputChannels) }
    var outputBlocks: Int { ChannelBlocks.count(parameters.outputChannels) }
}
