/// ONNX `MaxPool`, `AveragePool` and `GlobalAveragePool`, NCHW.
package enum Pooling {
    /// The largest element of each window; a window wholly in the padding gives minus infinity.
    package static func max(
        _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        eachRow(geometry, input, output, pool) { row in
            row.output.update(repeating: -.infinity, count: geometry.outputWidth)
            row.eachTap(geometry) { output, input, count, stride in
                eachPair(output, input, count, stride) { best, value in
                    best > value || best.isNaN ? best : value
                }
            }
        }
    }

    /// The mean of each window: over the elements inside the input, or with `countIncludesPad` over those
    /// inside the padded input, pads being zero. A window without any gives 0.
    package static func average(
        _ geometry: PoolingGeometry, countIncludesPad: Bool, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        eachRow(geometry, input, output, pool) { row in
            row.output.update(repeating: 0, count: geometry.outputWidth)
            row.eachTap(geometry) { output, input, count, stride in
                eachPair(output, input, count, stride) { sum, value in sum + value }
            }
            let rows = geometry.tapRows(row.y, padded: countIncludesPad)
            for x in 0..<geometry.outputWidth {
                let count = rows * geometry.tapColumns(x, padded: countIncludesPad)
                row.output[x] = count > 0 ? row.output[x] / Float(count) : 0
            }
        }
    }

    /// The mean of each plane of `planeCount` elements.
    package static func globalAverage(
        planes: Int, planeCount: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        pool.runRanges(planes, grain: Swift.max(1, Broadcast.grain / Swift.max(planeCount, 1))) { range in
            for plane in range {
                output[plane] = sum(input + plane * planeCount, planeCount) / Float(planeCount)
            }
        }
    }

    /// `output[x] = combine(output[x], input[x * stride])`. The usual strides stand as constants, which is what
    /// lets the compiler load whole vectors and shuffle them.
    @inline(__always)
    private static func eachPair(
        _ output: UnsafeMutablePointer<Float>, _ input: UnsafePointer<Float>, _ count: Int, _ stride: Int,
        _ combine: (Float, Float) -> Float
    ) {
        switch stride {
        case 1: for x in 0..<count { output[x] = combine(output[x], input[x]) }
        case 2: for x in 0..<count { output[x] = combine(output[x], input[x &* 2]) }
        default: for x in 0..<count { output[x] = combine(output[x], input[x * stride]) }
        }
    }

    /// Sixteen sums side by side: fast, and each of so few elements that little is lost to rounding.
    private static func sum(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD16<Float>.zero
        let raw = UnsafeRawPointer(values)
        let whole = count / 16 * 16
        for index in stride(from: 0, to: whole, by: 16) {
            lanes += raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
        }
        return (whole..<count).reduce(lanes.sum()) { $0 + values[$1] }
    }

    @inline(__always)
    private static func eachRow(
        _ geometry: PoolingGeometry, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ pool: WorkerPool, _ body: (PoolingRow) -> Void
    ) {
        let (planeIn, width) = (geometry.inputHeight * geometry.inputWidth, geometry.outputWidth)
        let taps = geometry.kernelHeight * geometry.kernelWidth
        let planeWork = Swift.max(1, geometry.outputHeight * width * taps)
        pool.runRanges(geometry.planes, grain: Swift.max(1, 2 * Broadcast.grain / planeWork)) { range in
            for plane in range {
                for y in 0..<geometry.outputHeight {
                    let target = output + (plane * geometry.outputHeight + y) * width
                    body(PoolingRow(y: y, input: input + plane * planeIn, output: target))
                }
            }
        }
    }
}
