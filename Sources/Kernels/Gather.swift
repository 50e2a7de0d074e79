/// ONNX `Gather`: slices of an axis, by index.
package enum Gather {
    /// Checks every index before anything is written; negative ones count from the end.
    ///
    /// - Parameters:
    ///   - geometry: of the input and its axis; `inner` in elements.
    ///   - output: `outer` times `indices.count` times `inner` elements, apart from the input.
    ///
    /// Throws `indexOutOfRange`.
    package static func run(
        _ geometry: AxisGeometry, input: UnsafeRawPointer, elementType: ElementType,
        indices: UnsafeBufferPointer<Int64>, output: UnsafeMutableRawPointer
    ) throws(KernelError) { fatalError("to come") }
}
