/// ONNX `Concat` and `Split`: both move runs of bytes between one tensor and its parts along an axis.
package enum Concat {
    /// Joins parts along an axis.
    ///
    /// - Parameters:
    ///   - outer: product of the extents before the axis.
    ///   - parts: the inputs, and for each the bytes of its extent along the axis and all after it.
    package static func join(
        outer: Int, parts: [(base: UnsafeRawPointer, runBytes: Int)], output: UnsafeMutableRawPointer,
        pool: WorkerPool
    ) { fatalError("to come") }

    /// Takes a tensor apart along an axis; the parameters as in `join`.
    package static func split(
        outer: Int, input: UnsafeRawPointer, parts: [(base: UnsafeMutableRawPointer, runBytes: Int)],
        pool: WorkerPool
    ) { fatalError("to come") }
}
