/// What a kernel refuses: facts that the caller turns into a message about a node of its graph.
package enum KernelError: Error, Sendable, Hashable {
    /// Two shapes that NumPy's broadcasting rules do not bring together.
    case shapesDoNotBroadcast([Int], [Int])
    /// An integer was divided by zero.
    case divisionByZero
    /// An index outside `-extent..<extent`.
    case indexOutOfRange(index: Int64, extent: Int)
    /// An axis outside `-rank..<rank`, or one that is named twice.
    case axisInvalid(axis: Int, rank: Int)
    /// A geometry that has no result: the text says which field and why.
    case geometryInvalid(String)
}
