/// ONNX `MaxPool`, `AveragePool` and `GlobalAveragePool`, NCHW.
package enum Pooling {
    /// The largest element of each window; a window wholly in the padding gives minus infinity.
    package static func max(
        _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        eachRow(LargestFold.self, geometry, input, output, pool) { _, _ in }
    }

    /// The mean of each window: over the elements inside the input, or with `countIncludesPad` over those
    /// inside the padded input, pads being zero. A window without any gives 0.
    package static func average(
        _ geometry: PoolingGeometry, countIncludesPad: Bool, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        // A window of no elements has the sum 0: any divisor but 0 leaves that.
        let columns = (0..<geometry.outputWidth).map {
            Float(Swift.max(1, geometry.tapColumns($0, padded: countIncludesPad).count))
        }
        columns.withUnsafeBufferPointer { columns in
            eachRow(SumFold.self, geometry, input, output, pool) { y, sums in
                let rows = Float(Swift.max(1, geometry.tapRows(y, padded: countIncludesPad).count))
                for x in 0..<columns.count { sums[x] /= rows * columns[x] }
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

    /// Folds the windows of every row, the planes shared out; `finish` gets each row when that is done.
    @inline(__always)
    private static func eachRow<Fold: PoolingFold>(
        _ fold: Fold.Type, _ geometry: PoolingGeometry, _ input: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool,
        _ finish: (_ y: Int, _ row: UnsafeMutablePointer<Float>) -> Void
    ) {
        let (planeIn, width) = (geometry.inputHeight * geometry.inputWidth, geometry.outputWidth)
        let taps = geometry.kernelHeight * geometry.kernelWidth
        let planeWork = Swift.max(1, geometry.outputHeight * width * taps)
        let windows = PoolingWindows<Fold>(geometry)
        pool.runRanges(geometry.planes, grain: Swift.max(1, 2 * Broadcast.grain / planeWork)) { range in
            for plane in range {
                for y in 0..<geometry.outputHeight {
                    let row = output + (plane * geometry.outputHeight + y) * width
                    windows.fold(y, input + plane * planeIn, row)
                    finish(y, row)
                }
            }
        }
    }
}
