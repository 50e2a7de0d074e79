internal import Kernels

/// A model laid out for inputs of one set of shapes; runs from any number of threads.
final class Plan: Sendable {
    /// Where elements are found in a run.
    enum Place: Sendable {
        case input(Int)
        case constant(Int)
        /// Bytes from the start of the arena.
        case arena(Int)
    }

    /// One kernel call.
    struct Step: Sendable {
        let node: ProgramNode
        let body: StepBody
        let inputs: [Place?]
        let outputs: [Place?]
        /// Offset of the scratch memory in the arena.
        let scratch: Int?
        let note: StepNote
    }

    /// A value that a run returns.
    struct Output: Sendable {
        let place: Place
        let type: TensorType
    }

    private let steps: [Step]
    private let outputs: [Output]
    private let constants: [Tensor]
    private let arenaBytes: Int
    private let arenas: BufferPool

    init(steps: [Step], outputs: [Output], constants: [Tensor], arenaBytes: Int, idleArenas: Int) {
        (self.steps, self.outputs, self.constants) = (steps, outputs, constants)
        self.arenaBytes = arenaBytes
        arenas = BufferPool(limit: idleArenas)
    }

    /// Runs all steps and returns the outputs in order. Inputs are of the shapes and types of the plan.
    func run(
        _ inputs: [Tensor], pool: WorkerPool, recorder: ProfileRecorder?
    ) throws(InferenceError) -> [Tensor] {
        let arena = arenas.take(atLeast: arenaBytes)
        defer { arenas.give(arena) }
        let frame = Frame(inputs: inputs, constants: constants, arena: arena)
        defer { withExtendedLifetime(frame) {} }
        for step in steps {
            let context = StepContext(
                inputs: step.inputs.map { $0.map(frame.pointer) },
                outputs: step.outputs.map { $0.map(frame.writable) },
                scratch: step.scratch.map { arena.base + $0 }, pool: pool)
            let start = recorder.map { _ in ContinuousClock.now }
            do { try step.body(context) } catch { throw step.node.fault(Refusal(nil, error.sentence)) }
            if let recorder, let start {
                recorder.record(step, duration: ContinuousClock.now - start)
            }
        }
        return outputs.map { frame.tensor($0) }
    }
}

/// The memory of one run.
private struct Frame {
    let inputs: [Tensor]
    let constants: [Tensor]
    let arena: AlignedBuffer

    /// The frame holds all tensors for the run, so their addresses stay good.
    func pointer(_ place: Plan.Place) -> UnsafeRawPointer {
        switch place {
        case .input(let index): Frame.address(inputs[index], arena)
        case .constant(let index): Frame.address(constants[index], arena)
        case .arena(let offset): UnsafeRawPointer(arena.base + offset)
        }
    }

    /// Steps write to the arena alone.
    func writable(_ place: Plan.Place) -> UnsafeMutableRawPointer {
        guard case .arena(let offset) = place else {
            preconditionFailure("a step writes to an input or a constant")
        }
        return arena.base + offset
    }

    func tensor(_ output: Plan.Output) -> Tensor {
        switch output.place {
        case .input(let index): inputs[index].reshaped(output.type.shape)
        case .constant(let index): constants[index].reshaped(output.type.shape)
        case .arena(let offset):
            Tensor(
                shape: output.type.shape, elementType: output.type.elementType,
                copying: UnsafeRawBufferPointer(start: arena.base + offset, count: output.type.byteCount))
        }
    }

    /// An empty tensor may have no address of its own; nothing is read through the one it is given.
    private static func address(_ tensor: Tensor, _ arena: AlignedBuffer) -> UnsafeRawPointer {
        tensor.withBytes { $0.baseAddress } ?? UnsafeRawPointer(arena.base)
    }
}
