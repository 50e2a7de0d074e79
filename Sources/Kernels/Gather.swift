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
    ) throws(KernelError) {
        let extent = Int64(geometry.axis)
        for index in indices where index < -extent || index >= extent {
            throw .indexOutOfRange(index: index, extent: geometry.axis)
        }
        let run = geometry.inner * elementType.byteCount
        var target = output
        for outer in 0..<geometry.outer {
            let slab = input + outer * geometry.axis * run
            for index in indices {
                target.copyMemory(from: slab + Int(index < 0 ? index + extent : index) * run, byteCount: run)
                target += run
            }
        }
    }
}
