/// What a profile says of a step besides its time.
struct StepNote: Sendable, Hashable {
    /// How the step goes about it, where there are several ways.
    var algorithm = ""
    /// What goes in and what comes out; empty where the operands' shapes tell.
    var shapes = ""
    /// Floating point operations by the definition of the operator; 0 where they are not counted.
    var operations = 0
}
