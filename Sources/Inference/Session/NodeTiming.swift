/// Time spent in one step of a plan, summed over the runs of a session that profiles.
package struct NodeTiming: Sendable, Hashable {
    /// The node's name; nodes fused into it are not listed by themselves.
    package let name: String
    package let operatorType: String
    /// How often the node ran.
    package let runs: Int
    package let nanoseconds: UInt64
}
