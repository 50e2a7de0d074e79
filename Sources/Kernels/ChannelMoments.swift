/// Mean and deviation of each channel over a batch of images.
package struct ChannelMoments: Sendable {
    package let mean: [Float]
    /// The square root of the mean squared distance from the mean.
    package let deviation: [Float]

    private typealias Lanes = SIMD16<Float>

    /// Measures `values`; planes must have elements.
    package init(of values: UnsafePointer<Float>, _ layout: ChannelLayout, pool: WorkerPool) {
        precondition(layout.plane > 0 && layout.batch > 0, "the mean of nothing")
        let count = Double(layout.batch * layout.plane)
        let sums = Self.sums(of: values, layout, pool, around: nil)
        let means = sums.map { Float($0 / count) }
        // Around the mean: a difference of large squares would be mostly rounding.
        let squares = Self.sums(of: values, layout, pool, around: means)
        mean = Array(means.prefix(layout.channels))
        deviation = squares.prefix(layout.channels).map { Float(($0 / count).squareRoot()) }
    }

    /// The sum of each channel, or of its squared distances from `means`.
    private static func sums(
        of values: UnsafePointer<Float>, _ layout: ChannelLayout, _ pool: WorkerPool, around means: [Float]?
    ) -> [Double] {
        let (runs, lanes) = (layout.runs, layout.lanes)
        return [Double](unsafeUninitializedCapacity: runs * lanes) { sums, count in
            let target = sums.baseAddress!
            pool.runRanges(runs, grain: max(1, Broadcast.grain / max(layout.runLength * layout.batch, 1))) {
                for run in $0 {
                    let at = target + run * lanes
                    at.initialize(repeating: 0, count: lanes)
                    for image in 0..<layout.batch {
                        let start = values + (image * runs + run) * layout.runLength
                        if layout.inBlocks {
                            addBlock(start, layout.plane, means.map { load($0, run * lanes) }, to: at)
                        } else {
                            at.pointee += planeSum(start, layout.plane, means?[run])
                        }
                    }
                }
            }
            count = runs * lanes
        }
    }

    /// Elements that are summed in single precision, a lane.
    private static let piece = 512

    private static func addBlock(
        _ values: UnsafePointer<Float>, _ plane: Int, _ means: Lanes?, to sums: UnsafeMutablePointer<Double>
    ) {
        for start in stride(from: 0, to: plane, by: piece) {
            var sum = Lanes.zero
            for pixel in start..<min(start + piece, plane) {
                let value = load(values, pixel * Lanes.scalarCount)
                sum += means.map { (value - $0) * (value - $0) } ?? value
            }
            for lane in sum.indices { sums[lane] += Double(sum[lane]) }
        }
    }

    private static func planeSum(_ values: UnsafePointer<Float>, _ plane: Int, _ mean: Float?) -> Double {
        let whole = plane / Lanes.scalarCount * Lanes.scalarCount
        var lanes = [Double](repeating: 0, count: Lanes.scalarCount)
        lanes.withUnsafeMutableBufferPointer {
            addBlock(
                values, whole / Lanes.scalarCount, mean.map { Lanes(repeating: $0) }, to: $0.baseAddress!)
        }
        return (whole..<plane).reduce(lanes.reduce(0, +)) { sum, index in
            let distance = Double(values[index] - (mean ?? 0))
            return sum + (mean == nil ? distance : distance * distance)
        }
    }

    private static func load(_ values: UnsafePointer<Float>, _ index: Int) -> Lanes {
        UnsafeRawPointer(values + index).loadUnaligned(as: Lanes.self)
    }
}
