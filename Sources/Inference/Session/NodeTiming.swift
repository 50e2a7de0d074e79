/// Time spent in one step of a plan, summed over the runs of a session that profiles.
package struct NodeTiming: Sendable, Hashable {
    /// The node's name; nodes fused into it are not listed by themselves.
    package let name: String
    package let operatorType: String
    /// How the step goes about it, where there are several ways; "" else.
    package let algorithm: String
    /// What goes in and what comes out.
    package let shapes: String
    /// Floating point operations of one run by the definition of the operator, whatever the algorithm saves
    /// or adds; 0 where they are not counted.
    package let operations: Int
    /// How often the node ran.
    package let runs: Int
    /// Of all runs together.
    package let nanoseconds: UInt64
    /// Nanoseconds of the fastest run: what the step takes when nothing else has the CPU.
    package let fastest: UInt64
}
