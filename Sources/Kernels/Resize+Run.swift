extension Resize {
    /// Bytes of scratch `run` needs; may be 0.
    package var scratchBytes: Int {
        guard !isNearestInRows, !isLinearInRows else { return 0 }
        let (even, odd) = Resize.scratchCounts(of: passes)
        return (even + odd) * MemoryLayout<Float>.stride
    }

    /// `output` is apart from the input.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        guard !outputShape.contains(0) else { return }
        if isNearestInRows {
            runNearest(input, output, pool)
        } else if isLinearInRows {
            runLinear(input, output, pool, table)
        } else {
            runPasses(input, output, scratch?.assumingMemoryBound(to: Float.self), pool)
        }
        writeOutside(output)
    }

    // MARK: Passes

    /// Passes write by turns to one half of the scratch and the other; the last one writes the output.
    static func scratchCounts(of passes: [ResizePass]) -> (even: Int, odd: Int) {
        var counts = (even: 0, odd: 0)
        for (index, pass) in passes.dropLast().enumerated() {
            if index % 2 == 0 {
                counts.even = max(counts.even, pass.outputCount)
            } else {
                counts.odd = max(counts.odd, pass.outputCount)
            }
        }
        return counts
    }

    private func runPasses(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>?, _ pool: WorkerPool
    ) {
        guard !passes.isEmpty else {
            return output.update(from: input, count: outputShape.reduce(1, *))
        }
        let half = Resize.scratchCounts(of: passes).even
        var source = input
        for (index, pass) in passes.enumerated() {
            let target = index == passes.count - 1 ? output : scratch! + (index % 2 == 0 ? 0 : half)
            run(pass, source, target, pool)
            source = UnsafePointer(target)
        }
    }

    private func run(
        _ pass: ResizePass, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ pool: WorkerPool
    ) {
        let (axis, inner) = (pass.axis, pass.inner)
        axis.withTables { indices, weights in
            pool.runRanges(pass.outer, grain: max(1, Broadcast.grain / max(1, axis.output * inner))) {
                range in
                for outer in range {
                    let source = input + outer * axis.input * inner
                    let target = output + outer * axis.output * inner
                    for place in 0..<axis.output {
                        let first = place * axis.taps
                        Resize.combine(
                            axis.taps, indices + first, weights.map { $0 + first }, source, inner,
                            target + place * inner)
                    }
                }
            }
        }
    }

    /// One output place: the weighted sum of the input's runs of `inner` elements; without weights the one
    /// run itself.
    @inline(__always)
    private static func combine(
        _ taps: Int, _ indices: UnsafePointer<Int>, _ weights: UnsafePointer<Float>?,
        _ source: UnsafePointer<Float>, _ inner: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        guard let weights else {
            return target.update(from: source + indices[0] * inner, count: inner)
        }
        // Along the last axis a run is one element, and a loop over it would be most of the work.
        if inner == 1 {
            var sum = weights[0] * source[indices[0]]
            for tap in 1..<taps { sum += weights[tap] * source[indices[tap]] }
            target.pointee = sum
            return
        }
        for tap in 0..<taps {
            let (run, weight) = (source + indices[tap] * inner, weights[tap])
            if tap == 0 {
                for index in 0..<inner { target[index] = weight * run[index] }
            } else {
                for index in 0..<inner { target[index] += weight * run[index] }
            }
        }
    }

    // MARK: Nearest

    /// Nearest on the last two axes alone, by far the usual case in detectors: no scratch, rows that repeat
    /// are copied.
    var isNearestInRows: Bool {
        options.isNearest && axes.count >= 2 && axes.dropLast(2).allSatisfy(\.isIdentity)
    }

    private func runNearest(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        let (rows, columns) = (axes[axes.count - 2], axes[axes.count - 1])
        let (planeIn, planeOut) = (rows.input * columns.input, rows.output * columns.output)
        let doubles =
            columns.output == 2 * columns.input
            && columns.indices.enumerated().allSatisfy { $1 == $0 / 2 }
        pool.runRanges(outputShape.dropLast(2).reduce(1, *), grain: max(1, Broadcast.grain / planeOut)) {
            range in
            for plane in range {
                let (source, target) = (input + plane * planeIn, output + plane * planeOut)
                for y in 0..<rows.output {
                    let row = target + y * columns.output
                    if y > 0, rows.indices[y] == rows.indices[y - 1] {
                        row.update(from: row - columns.output, count: columns.output)
                    } else {
                        Resize.pick(columns, source + rows.indices[y] * columns.input, row, doubles)
                    }
                }
            }
        }
    }

    private static func pick(
        _ axis: ResizeAxis, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
        _ doubles: Bool
    ) {
        if doubles {
            for index in 0..<axis.input {
                target[2 * index] = source[index]
                target[2 * index + 1] = source[index]
            }
        } else {
            for index in 0..<axis.output { target[index] = source[axis.indices[index]] }
        }
    }

    // MARK: Outside

    private func writeOutside(_ output: UnsafeMutablePointer<Float>) {
        for (index, axis) in axes.enumerated() where !axis.outside.isEmpty {
            let inner = outputShape[(index + 1)...].reduce(1, *)
            for outer in 0..<outputShape[..<index].reduce(1, *) {
                for place in axis.outside {
                    let run = output + (outer * axis.output + place) * inner
                    run.update(repeating: options.extrapolationValue, count: inner)
                }
            }
        }
    }
}
