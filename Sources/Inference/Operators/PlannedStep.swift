internal import Kernels

/// Pointers to the operands of a step in one run.
///
/// Valid only during the run that hands them out; their sizes are those the step was planned with.
struct StepContext {
    let inputs: [UnsafeRawPointer?]
    let outputs: [UnsafeMutableRawPointer?]
    /// As many bytes as the step asked for, 64-byte aligned.
    let scratch: UnsafeMutableRawPointer?
    let pool: WorkerPool

    /// Input `index` as float32.
    func floats(_ index: Int) -> UnsafePointer<Float> { input(index).assumingMemoryBound(to: Float.self) }

    /// Output `index` as float32.
    func output(_ index: Int = 0) -> UnsafeMutablePointer<Float> {
        rawOutput(index).assumingMemoryBound(to: Float.self)
    }

    /// Input `index`, which the step has been planned with.
    func input(_ index: Int) -> UnsafeRawPointer {
        guard let pointer = inputs[index] else {
            preconditionFailure("a step reads input \(index), which is absent")
        }
        return pointer
    }

    /// Output `index` where somebody wants it; what a node names last ends the list.
    func wanted<Element>(_ index: Int, as element: Element.Type) -> UnsafeMutablePointer<Element>? {
        index < outputs.count ? outputs[index]?.assumingMemoryBound(to: element) : nil
    }

    /// Output `index`, which the step has been planned with.
    func rawOutput(_ index: Int = 0) -> UnsafeMutableRawPointer {
        guard let pointer = outputs[index] else {
            preconditionFailure("a step writes output \(index), which is absent")
        }
        return pointer
    }
}

/// What a step does; throws only what depends on the elements themselves (an index, a division by zero).
typealias StepBody = @Sendable (StepContext) throws(KernelError) -> Void

/// A node planned for given operands.
struct PlannedStep: Sendable {
    /// The outputs, by index; a node may name fewer.
    var outputs: [TensorType]
    var scratchBytes = 0
    /// The input whose elements output 0 is, unchanged and in order: the two share memory.
    var alias: Int?
    /// Inputs whose memory output 0 may be written over, being of its size and read element by element.
    var inPlaceInputs: Set<Int> = []
    /// nil where there is nothing to do (an alias).
    var body: StepBody?
    /// The step as one that can take over what follows it.
    var fusable: (any FusableStep)?
    /// What the step does, where it is the largest of windows over planes.
    var maximum: PoolingGeometry?
    /// The step with such a pool behind it, where its kernel can do that as well; the pool's output is the
    /// step's then.
    var pooled: (@Sendable (PoolingGeometry, TensorType) -> PlannedStep?)?
    /// The step as a convolution over channel blocks, which may be the second of a pair.
    var convolution: PlannedConvolution?
    /// The step with such a convolution behind it, where the two make a pair; its residual is the pair's
    /// input of this index.
    var paired: (@Sendable (PlannedConvolution, Int?) -> PlannedStep?)?
    /// Inputs that the step reads in channel blocks; nil where all is in planes. `LayoutPlanning` puts what
    /// is needed between steps of different layouts.
    var blockedInputs: Set<Int>?
    /// Whether a step with `blockedInputs` writes its output in blocks too.
    var writesBlocks = true
    /// The same step over channel blocks, for the case that its operands lie so anyway.
    var overBlocks: (@Sendable () -> PlannedStep)?
    /// Whether this adds its two inputs.
    var isAddition = false
    /// For profiles.
    var note = StepNote()
    /// The outputs, where they follow from the shapes alone.
    var constant: Tensor?

    init(_ output: TensorType, scratchBytes: Int = 0, inPlace: Set<Int> = [], body: @escaping StepBody) {
        (outputs, self.scratchBytes, inPlaceInputs, self.body) = ([output], scratchBytes, inPlace, body)
    }

    /// A step that reads `blocks` and writes its output in channel blocks.
    init(blocks: Set<Int>, _ output: TensorType, inPlace: Set<Int> = [], body: @escaping StepBody) {
        self.init(output, inPlace: inPlace, body: body)
        blockedInputs = blocks
    }

    /// A step that renames its input.
    init(aliasing input: Int, as output: TensorType) { (outputs, alias) = ([output], input) }

    /// A step whose output is known already.
    init(constant: Tensor) {
        outputs = [TensorType(constant.elementType, constant.shape)]
        self.constant = constant
    }

    /// A step of several outputs.
    init(outputs: [TensorType], body: @escaping StepBody) { (self.outputs, self.body) = (outputs, body) }
}

/// A planned step whose kernel can also add a residual, apply an activation at its end, or both.
protocol FusableStep: Sendable {
    /// Whether a residual of the output's shape can be added.
    var takesResidual: Bool { get }
    /// Whether the step reads and writes each element once and does little with it, so that what others take
    /// over is better with them.
    var isElementwise: Bool { get }
    /// Whether this activation can be applied.
    func takes(_ activation: Activation) -> Bool

    /// The step with `activation` at its end; with `residualInput`, the operand of that index is added
    /// before.
    func fused(activation: Activation, residualInput: Int?) -> PlannedStep
}

extension FusableStep {
    var isElementwise: Bool { false }
}
