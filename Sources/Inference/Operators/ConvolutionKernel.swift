internal import Kernels

/// Packed weights of a convolution, with the kernel that reads them.
enum ConvolutionKernel: Sendable {
    case planes(PackedConvolution)
    /// Input (unless it stays in planes), residual and output are in channel blocks.
    case blocks(BlockedConvolution)

    var parameters: ConvolutionParameters {
        switch self {
        case .planes(let packed): packed.parameters
        case .blocks(let packed): packed.parameters
        }
    }

    /// The step for an input of known size.
    func step(_ placed: Convolution.Placed, threads: Int) -> PlannedStep {
        Step(kernel: self, placed: placed, threads: threads).fused(activation: .none, residualInput: nil)
    }

    private func with(activation: Activation) -> ConvolutionKernel {
        switch self {
        case .planes(let packed): .planes(packed.with(activation: activation))
        case .blocks(let packed): .blocks(packed.with(activation: activation))
        }
    }

    private func scratchBytes(for geometry: ConvolutionGeometry, threads: Int) -> Int {
        switch self {
        case .planes(let packed): packed.scratchBytes(for: geometry, threads: threads)
        case .blocks(let packed): packed.scratchBytes(for: geometry, threads: threads)
        }
    }

    private func run(_ geometry: ConvolutionGeometry, residualInput: Int?, _ context: StepContext) {
        let (input, output) = (context.floats(0), context.output())
        let residual = residualInput.map { context.floats($0) }
        switch self {
        case .planes(let packed):
            packed.run(
                geometry, input: input, residual: residual, output: output, scratch: context.scratch,
                pool: context.pool)
        case .blocks(let packed):
            packed.run(
                geometry, input: input, residual: residual, output: output, scratch: context.scratch,
                pool: context.pool)
        }
    }

    /// Inputs that are read in channel blocks; nil where the kernel works on planes.
    private func blockedInputs(residualInput: Int?) -> Set<Int>? {
        guard case .blocks(let packed) = self else { return nil }
        return Set((packed.readsBlocks ? [0] : []) + (residualInput.map { [$0] } ?? []))
    }

    private func algorithm(for geometry: ConvolutionGeometry) -> String {
        switch self {
        case .planes(let packed): "\(packed.algorithm) (planes)"
        case .blocks(let packed): "\(packed.algorithm(for: geometry))"
        }
    }

    private struct Step: FusableStep {
        let kernel: ConvolutionKernel
        let placed: Convolution.Placed
        let threads: Int

        var takesResidual: Bool { true }

        func takes(_ activation: Activation) -> Bool { true }

        func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
            let kernel = kernel.with(activation: activation)
            let geometry = placed.geometry
            var step = PlannedStep(
                placed.output, scratchBytes: kernel.scratchBytes(for: geometry, threads: threads),
                inPlace: residualInput.map { [$0] } ?? []
            ) { context in
                kernel.run(geometry, residualInput: residualInput, context)
            }
            step.blockedInputs = kernel.blockedInputs(residualInput: residualInput)
            step.fusable = self
            step.note = note(kernel)
            guard case .blocks(let packed) = kernel else { return step }
            step.convolution = PlannedConvolution(
                kernel: packed, geometry: geometry, output: placed.output, residualInput: residualInput,
                note: step.note)
            if residualInput == nil {
                step.pooled = { pooled(packed, $0, $1) }
                step.paired = { paired(packed, $0, residualInput: $1) }
            }
            return step
        }

        private func pooled(_ packed: BlockedConvolution, _ pool: PoolingGeometry, _ output: TensorType)
            -> PlannedStep?
        {
            guard let both = packed.pooled(pool) else { return nil }
            let geometry = placed.geometry
            var step = PlannedStep(blocks: [0], output) { context in
                ConvolutionKernel.blocks(both).run(geometry, residualInput: nil, context)
            }
            step.note = note(.blocks(packed))
            step.note.algorithm += ", pooled"
            step.paired = { paired(both, $0, residualInput: $1) }
            return step
        }

        private func paired(_ first: BlockedConvolution, _ second: PlannedConvolution, residualInput: Int?)
            -> PlannedStep?
        {
            guard let pair = ConvolutionPair(first, placed.geometry, second.kernel, second.geometry) else {
                return nil
            }
            var step = PlannedStep(
                blocks: Set((first.readsBlocks ? [0] : []) + (residualInput.map { [$0] } ?? [])),
                second.output,
                inPlace: residualInput.map { [$0] } ?? []
            ) { context in
                pair.run(
                    input: context.floats(0), residual: residualInput.map { context.floats($0) },
                    output: context.output(), scratch: context.scratch!, pool: context.pool)
            }
            step.scratchBytes = pair.scratchBytes(threads: threads)
            let own = note(.blocks(first))
            step.note = StepNote(
                algorithm: "\(own.algorithm)\(first.isPooled ? ", pooled" : ""), \(second.note.algorithm)",
                shapes: "\(own.shapes), \(second.note.shapes)",
                operations: own.operations + second.note.operations)
            return step
        }

        private func note(_ kernel: ConvolutionKernel) -> StepNote {
            let (p, g) = (kernel.parameters, placed.geometry)
            return StepNote(
                algorithm: kernel.algorithm(for: g),
                shapes: "\(g.batch)x\(p.inputChannels)x\(g.inputHeight)x\(g.inputWidth) -> "
                    + "\(g.batch)x\(p.outputChannels)x\(g.outputHeight)x\(g.outputWidth), "
                    + "\(p.kernelHeight)x\(p.kernelWidth)/\(p.strideHeight)",
                operations: 2 * g.batch * g.outputPlane * p.weightCount)
        }
    }
}

/// A convolution over channel blocks as a plan has it.
struct PlannedConvolution: Sendable {
    let kernel: BlockedConvolution
    let geometry: ConvolutionGeometry
    let output: TensorType
    /// The input that is added before the activation.
    let residualInput: Int?
    let note: StepNote
}
