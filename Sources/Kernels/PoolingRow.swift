/// One row of a pooled plane, and the input plane it comes from.
struct PoolingRow {
    let y: Int
    let input: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

    /// For each place of the window, the run of outputs for which it lies inside the input: `body` gets the
    /// outputs, the inputs that belong to them, their number and the step between inputs.
    @inline(__always)
    func eachTap(
        _ geometry: PoolingGeometry,
        _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, _ count: Int, _ stride: Int) -> Void
    ) {
        for ky in 0..<geometry.kernelHeight {
            let iy = y * geometry.strideHeight + ky * geometry.dilationHeight - geometry.padTop
            guard iy >= 0, iy < geometry.inputHeight else { continue }
            let row = input + iy * geometry.inputWidth
            for kx in 0..<geometry.kernelWidth {
                let offset = kx * geometry.dilationWidth - geometry.padLeft
                let span = PoolingRow.span(offset, geometry)
                guard !span.isEmpty else { continue }
                let stride = geometry.strideWidth
                body(output + span.lowerBound, row + span.lowerBound * stride + offset, span.count, stride)
            }
        }
    }

    /// Output columns whose input column, `x * stride + offset`, lies inside the input.
    private static func span(_ offset: Int, _ geometry: PoolingGeometry) -> Range<Int> {
        let stride = geometry.strideWidth
        let first = offset >= 0 ? 0 : (stride - 1 - offset) / stride
        let last = geometry.inputWidth - 1 - offset
        let end = last < 0 ? 0 : min(geometry.outputWidth, last / stride + 1)
        return first..<max(first, end)
    }
}
