internal import Kernels

/// A node planned for concrete shapes, before memory is laid out.
struct DraftStep {
    /// The node's index in the program, for its name.
    let node: Int
    /// The node of the convolution that the step makes as well.
    var secondNode: Int?
    var step: PlannedStep
    var inputs: [ValueID?]
    var outputs: [ValueID?]
    /// What the node does as the end of another one's kernel.
    let activation: Activation?
    /// Whether this only moves a value of the node from one layout to another.
    var isReordering = false
}

/// All steps of a plan and what is known of their values.
struct Draft {
    var steps: [DraftStep]
    /// Types of the values, by number; nil for those that no step of the plan makes.
    var types: [TensorType?]
    /// Values that are known before the run.
    var constants: [ValueID: Tensor]
}
