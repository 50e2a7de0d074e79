/// The derivative by the input: what comes in for an output is spread over the inputs that it was made of, by
/// the same weights, axis after axis in the other order.
extension Resize {
    /// Whether the derivative can be taken over channel blocks: batch and channels of images stay as they
    /// are.
    package var hasDerivativeOverBlocks: Bool {
        axes.count == 4 && axes.dropLast(2).allSatisfy(\.isIdentity)
    }

    /// Bytes of scratch `runDerivative` needs; may be 0.
    package func derivativeScratchBytes(inBlocks: Bool) -> Int {
        let (even, odd) = Resize.scratchCounts(of: passes(inBlocks))
        return (even + odd) * MemoryLayout<Float>.stride
    }

    /// `incoming` has the output's shape, `output` the input's and is apart from it. Blocks need
    /// `hasDerivativeOverBlocks`.
    package func runDerivative(
        _ incoming: UnsafePointer<Float>, inBlocks: Bool = false, output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        let passes = passes(inBlocks)
        guard let first = passes.first, !outputShape.contains(0) else {
            // Either nothing changed or nothing is left.
            let count = inBlocks ? ChannelBlocks.shape(of: inputShape).reduce(1, *) : inputShape.reduce(1, *)
            return outputShape.contains(0)
                ? output.update(repeating: 0, count: count) : output.update(from: incoming, count: count)
        }
        let half = Resize.scratchCounts(of: passes).even
        let floats = scratch?.assumingMemoryBound(to: Float.self)
        var source = incoming
        for index in (1..<passes.count).reversed() {
            let target = floats! + (index % 2 == 1 ? 0 : half)
            spread(passes[index], source, target, pool)
            source = UnsafePointer(target)
        }
        spread(first, source, output, pool)
    }

    /// Passes over channel blocks have sixteen channels in every element.
    private func passes(_ inBlocks: Bool) -> [ResizePass] {
        guard inBlocks else { return passes }
        precondition(hasDerivativeOverBlocks, "a resize that is not of images")
        let (channels, blocks) = (inputShape[1], ChannelBlocks.count(inputShape[1]))
        return passes.map {
            ResizePass(
                axis: $0.axis, outer: channels == 0 ? 0 : $0.outer / channels * blocks,
                inner: $0.inner * ChannelBlocks.width)
        }
    }

    private func spread(
        _ pass: ResizePass, _ incoming: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ pool: WorkerPool
    ) {
        let (axis, inner) = (pass.axis, pass.inner)
        // What is written outside the input does not come of it.
        let places = axis.inside
        let grain = max(1, Broadcast.grain / max(1, max(axis.input, axis.output) * inner))
        axis.withTables { indices, weights in
            pool.runRanges(pass.outer, grain: grain) { range in
                for outer in range {
                    let source = incoming + outer * axis.output * inner
                    let target = output + outer * axis.input * inner
                    target.update(repeating: 0, count: axis.input * inner)
                    for place in places {
                        for tap in place * axis.taps..<(place + 1) * axis.taps {
                            Resize.add(
                                source + place * inner, times: weights?[tap] ?? 1, inner,
                                to: target + indices[tap] * inner)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func add(
        _ run: UnsafePointer<Float>, times weight: Float, _ count: Int,
        to target: UnsafeMutablePointer<Float>
    ) {
        if count == 1 {
            target.pointee += weight * run.pointee
        } else {
            for index in 0..<count { target[index] += weight * run[index] }
        }
    }
}
