/// ONNX `ReduceMean` and its kin over a set of axes of an input of known shape.
package struct Reduction: Sendable {
    /// What becomes of the elements that fall together.
    package enum Operation: Sendable, Hashable, CaseIterable {
        case mean, sum, l1, l2, sumSquare, maximum, minimum, product
    }

    package let operation: Operation

    /// The input's shape with an extent of 1 on every reduced axis.
    package let keptShape: [Int]

    /// The input's shape without the reduced axes.
    package let droppedShape: [Int]

    /// No axes means all. Throws `axisInvalid`, and `geometryInvalid` where a maximum or minimum would be over
    /// nothing.
    package init(_ operation: Operation, shape: [Int], axes: [Int]) throws(KernelError) {
        fatalError("to come")
    }

    /// `output` is apart from the input. Sums are formed in double.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }
}
