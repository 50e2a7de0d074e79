/// A copy that reads its input in another order: `Transpose`, `Slice` and `Expand` are all this.
///
/// Works on elements of 1, 2, 4 or 8 bytes.
package struct StridedCopy: Sendable {
    package let outputShape: [Int]

    /// `output` is apart from the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType, pool: WorkerPool
    ) { fatalError("to come") }

    /// ONNX `Transpose`: axis `i` of the output is axis `permutation[i]` of the input. Throws `axisInvalid`.
    package static func transpose(shape: [Int], permutation: [Int]) throws(KernelError) -> StridedCopy {
        fatalError("to come")
    }

    /// ONNX `Slice`, negative and out-of-range starts and ends as the operator defines them. No axes means the
    /// first ones, no steps 1. Throws `axisInvalid`, and `geometryInvalid` for a step of 0 or lists that differ in
    /// length.
    package static func slice(
        shape: [Int], starts: [Int64], ends: [Int64], axes: [Int64]? = nil, steps: [Int64]? = nil
    ) throws(KernelError) -> StridedCopy { fatalError("to come") }

    /// ONNX `Expand`: broadcasting goes both ways, so the output may be larger than `target`. Throws
    /// `shapesDoNotBroadcast`.
    package static func expand(shape: [Int], to target: [Int]) throws(KernelError) -> StridedCopy {
        fatalError("to come")
    }
}
