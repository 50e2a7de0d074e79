/// NumPy's `matmul` for operands of known shapes: stacks of matrices, broadcast over the leading dimensions.
package struct MatMul: Sendable {
    package let outputShape: [Int]

    /// Throws `shapesDoNotBroadcast` when the inner extents differ or the stacks do not broadcast.
    package init(_ a: [Int], _ b: [Int]) throws(KernelError) { fatalError("to come") }

    /// `output` is apart from the inputs.
    package func run(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }
}
