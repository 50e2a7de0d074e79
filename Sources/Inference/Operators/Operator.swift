internal import Kernels

/// Element type and shape of a value in a plan.
struct TensorType: Sendable, Hashable {
    let elementType: ElementType
    let shape: [Int]

    init(_ elementType: ElementType, _ shape: [Int]) { (self.elementType, self.shape) = (elementType, shape) }

    /// The number of elements. Only for shapes that have been checked to be sizes.
    var count: Int { shape.reduce(1, *) }

    var byteCount: Int { count * elementType.byteCount }
}

/// What an operator knows of one of its inputs when it is planned.
struct Operand: Sendable {
    let type: TensorType
    /// The value, where it is the same in every run of the plan.
    let constant: Tensor?

    var shape: [Int] { type.shape }
    var elementType: ElementType { type.elementType }
}

/// Why an operator cannot be built or planned; the caller adds the node.
struct Refusal: Error, Hashable {
    /// The attribute or input at fault.
    var attribute: String?
    var reason: String
    /// Whether the node asks for more memory than it may have.
    var isLimit = false

    /// A refusal on account of memory.
    static func limit(_ reason: String) -> Refusal {
        var refusal = Refusal(nil, reason)
        refusal.isLimit = true
        return refusal
    }

    init(_ attribute: String? = nil, _ reason: String) { (self.attribute, self.reason) = (attribute, reason) }
}

/// What there is to prepare the weights of a node from.
struct Packing {
    /// The constant inputs, by index.
    let constants: [Int: Tensor]
    let precision: Precision
    /// Threads that share the work.
    let pool: WorkerPool
    /// What the weights may take; asked before they are made.
    let budget: LoadBudget
    /// What the weights, input 1, are whole numbers of; nil where they are not known to be.
    var weightSteps: WeightSteps?
}

/// The steps that weights are whole numbers of, where bytes were dequantised to them.
struct WeightSteps {
    /// One for all, or one for each place of `axis`. The file's own tensor, which many nodes may share.
    let steps: Tensor
    let axis: Int

    /// One for each of `count` outputs along `outputAxis`; nil where they lie along another axis.
    func perOutput(_ count: Int, axis outputAxis: Int) -> [Float]? {
        if steps.count == 1 { return Array(repeating: steps.floats[0], count: count) }
        return axis == outputAxis && steps.count == count ? steps.floats : nil
    }
}

/// An operator whose packed products may be of bytes.
protocol ByteMultiplying {
    /// What the input is known to lie on.
    var inputGrid: ByteGrid? { get set }
    /// Whether the packed layer's products are of bytes.
    var multipliesBytes: Bool { get }
}

extension ByteMultiplying {
    /// What makes the layer one over bytes, as far as the graph knows.
    func bytes(_ packing: Packing, outputs: Int, axis: Int) -> (grid: ByteGrid, weightSteps: [Float])? {
        guard KernelTable.current.multipliesBytes, let inputGrid,
            let steps = packing.weightSteps?.perOutput(outputs, axis: axis)
        else { return nil }
        return (inputGrid, steps)
    }
}

/// An operator of a node, its attributes read and checked; knows nothing of shapes until it is planned.
protocol Operator: Sendable {
    /// Inputs whose values decide shapes, so that a plan is made for those values.
    var valueInputs: Set<Int> { get }

    /// Checks the operands and says what the outputs are and how they come about.
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep

    /// A version of the operator that holds its constant inputs in the form that its kernel wants, made once
    /// at load; `absorbed` are the inputs that it needs no longer. nil where there is nothing to prepare.
    ///
    /// Asked only when every input after the first is constant or left out.
    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)?

    /// What this operator does as the last step of another one's kernel, where it can be that.
    func activation(_ operands: Operands) -> Activation?
}

extension Operator {
    var valueInputs: Set<Int> { [] }
    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)? { nil }
    func activation(_ operands: Operands) -> Activation? { nil }
}
