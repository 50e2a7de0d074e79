/// What ONNX DynamicQuantizeLinear, and a DequantizeLinear by the scale that it finds, make of a tensor: the
/// scale follows from the least and the largest of all elements, so all are read before one is written.
package struct DynamicRounding: Sendable {
    /// Neighbouring elements that count, and as many more `step` elements on.
    private struct Run: Sendable {
        let first, count, step, repeats: Int
    }

    private let runs: [Run]
    private let count: Int

    /// Of a tensor as it lies.
    package init(count: Int) {
        runs = [Run(first: 0, count: count, step: count, repeats: 1)]
        self.count = count
    }

    /// Of images in channel blocks, `shape` being that of the planes: what fills the last block does not
    /// count.
    package init(blocksOf shape: [Int]) {
        let (width, plane) = (ChannelBlocks.width, shape[2] * shape[3])
        let whole = shape[1] / width * plane * width
        let image = ChannelBlocks.count(shape[1]) * plane * width
        var runs = [Run(first: 0, count: whole, step: image, repeats: shape[0])]
        if shape[1] % width > 0 {
            for index in 0..<shape[0] {
                runs.append(
                    Run(first: index * image + whole, count: shape[1] % width, step: width, repeats: plane))
            }
        }
        (self.runs, count) = (runs, image * shape[0])
    }

    /// `output` may be the input.
    package func run(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        var bounds = (least: Float(0), largest: Float(0))
        for run in runs where run.count > 0 {
            let found = extent(run, input, pool, table)
            bounds = (min(bounds.least, found.least), max(bounds.largest, found.largest))
        }
        let (scale, zero) = LinearQuantization.dynamicScale(least: bounds.least, largest: bounds.largest)
        guard let rounding = FakeQuantization(scale: scale, zeroPoint: Int(zero), type: .uint8) else {
            return roundPlainly(input, output, scale, zero, pool)
        }
        Elementwise.apply(
            .quantized(.none, rounding), input, output, count: count, pool: pool, table: table)
    }

    private func extent(
        _ run: Run, _ input: UnsafePointer<Float>, _ pool: WorkerPool, _ table: KernelTable
    ) -> (least: Float, largest: Float) {
        if run.count == run.step || run.repeats == 1 {
            return LinearQuantization.extent(
                input + run.first, count: run.count * run.repeats, pool: pool, table: table)
        }
        if run.count >= ChannelBlocks.width {
            return (0..<run.repeats).reduce(into: (Float(0), Float(0))) { all, index in
                let found = LinearQuantization.extent(
                    input + run.first + index * run.step, count: run.count, pool: pool, table: table)
                all = (min(all.0, found.least), max(all.1, found.largest))
            }
        }
        // Some lanes of each pixel.
        var (least, largest): (Float, Float) = (0, 0)
        for index in 0..<run.repeats {
            for lane in 0..<run.count {
                let x = input[run.first + index * run.step + lane]
                least = x < least ? x : least
                largest = x > largest ? x : largest
            }
        }
        return (least, largest)
    }

    /// For scales that are no normal number, or nearly none.
    private func roundPlainly(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ scale: Float, _ zero: UInt8,
        _ pool: WorkerPool
    ) {
        let (low, high) = (-Float(zero), 255 - Float(zero))
        pool.runRanges(count, grain: Broadcast.grain) { range in
            for index in range {
                let steps = input[index] / scale
                // NaN is not above the first.
                let held = steps > low ? steps < high ? steps : high : low
                output[index] = held.rounded(.toNearestOrEven) * scale
            }
        }
    }
}
