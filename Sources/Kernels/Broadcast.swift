/// How two operands of known shapes are walked together, by NumPy's broadcasting rules.
package struct Broadcast: Sendable {
    package let outputShape: [Int]

    /// Elements of the output.
    package var count: Int { outputShape.reduce(1, *) }

    /// Throws `shapesDoNotBroadcast`.
    package init(_ a: [Int], _ b: [Int]) throws(KernelError) { fatalError("to come") }
}
