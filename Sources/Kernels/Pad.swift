/// ONNX `Pad` for an input of known shape; elements of any type.
package struct Pad: Sendable {
    /// What stands outside the input.
    package enum Mode: Sendable, Hashable, CaseIterable { case constant, reflect, edge, wrap }

    package let outputShape: [Int]

    /// `before` and `after` are elements to add on each axis; negative ones take away.
    ///
    /// Throws `geometryInvalid` for lists that are not one an axis, outputs of no size, and modes other than
    /// constant on an empty axis.
    package init(shape: [Int], before: [Int64], after: [Int64], mode: Mode) throws(KernelError) {
        fatalError("to come")
    }

    /// `constant` points to one element; nil is zero. `output` is apart from the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType,
        constant: UnsafeRawPointer? = nil, pool: WorkerPool
    ) { fatalError("to come") }
}
