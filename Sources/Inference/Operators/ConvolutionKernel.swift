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
        switch self {
        case .planes(let packed): PlanesStep(packed: packed, placed: placed, threads: threads).step
        case .blocks(let packed): BlocksStep(packed: packed, placed: placed, threads: threads).step
        }
    }

    private struct PlanesStep: FusableStep {
        let packed: PackedConvolution
        let placed: Convolution.Placed
        let threads: Int

        var takesResidual: Bool { true }

        var step: PlannedStep { fused(activation: .none, residualInput: nil) }

        func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
            let packed = packed.with(activation: activation)
            let geometry = placed.geometry
            var step = PlannedStep(
                placed.output, scratchBytes: packed.scratchBytes(for: geometry, threads: threads),
                inPlace: residualInput.map { [$0] } ?? []
            ) { context in
                packed.run(
                    geometry, input: context.floats(0), residual: residualInput.map { context.floats($0) },
                    output: context.output(), scratch: context.scratch, pool: context.pool)
            }
            step.fusable = self
            return step
        }
    }

    private struct BlocksStep: FusableStep {
        let packed: BlockedConvolution
        let placed: Convolution.Placed
        let threads: Int

        var takesResidual: Bool { true }

        var step: PlannedStep { fused(activation: .none, residualInput: nil) }

        func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
            let packed = packed.with(activation: activation)
            let geometry = placed.geometry
            var step = PlannedStep(
                placed.output, scratchBytes: packed.scratchBytes(for: geometry, threads: threads),
                inPlace: residualInput.map { [$0] } ?? []
            ) { context in
                packed.run(
                    geometry, input: context.floats(0), residual: residualInput.map { context.floats($0) },
                    output: context.output(), scratch: context.scratch, pool: context.pool)
            }
            step.blockedInputs = Set((packed.readsBlocks ? [0] : []) + (residualInput.map { [$0] } ?? []))
            step.fusable = self
            return step
        }
    }
}
