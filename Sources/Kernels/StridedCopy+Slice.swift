extension StridedCopy {
    /// ONNX `Slice`, negative and out-of-range starts and ends as the operator defines them. No axes means
    /// the first ones, no steps 1. Throws `axisInvalid`, and `geometryInvalid` for a step of 0 or lists that
    /// differ in length.
    package static func slice(
        shape: [Int], starts: [Int64], ends: [Int64], axes: [Int64]? = nil, steps: [Int64]? = nil
    ) throws(KernelError) -> StridedCopy {
        let named = axes ?? (0..<Int64(starts.count)).map { $0 }
        let steps = steps ?? [Int64](repeating: 1, count: starts.count)
        guard ends.count == starts.count, named.count == starts.count, steps.count == starts.count else {
            throw .geometryInvalid("starts, ends, axes and steps of a slice differ in number")
        }
        let resolved = try Axes.resolve(named.map { Int($0) }, rank: shape.count)
        var (output, strides, base) = (shape, Strides.contiguous(shape), 0)
        for (index, axis) in resolved.enumerated() {
            guard steps[index] != 0 else { throw .geometryInvalid("a slice with a step of 0") }
            let run = run(Int(starts[index]), Int(ends[index]), step: Int(steps[index]), extent: shape[axis])
            output[axis] = run.count
            base += run.first * strides[axis]
            // The step of a run of one may be anything; as a stride it is never taken.
            strides[axis] = run.count > 1 ? strides[axis] * Int(steps[index]) : 0
        }
        return StridedCopy(outputShape: output, strides: strides, base: base)
    }

    /// The channels that a slice of images takes, where it takes all of their rows and columns and leaves out
    /// none between.
    package func channels(of shape: [Int]) -> Range<Int>? {
        guard shape.count == 4, outputShape.count == 4, count > 0 else { return nil }
        let plane = shape[2] * shape[3]
        let whole = [shape[0], outputShape[1], shape[2], shape[3]]
        guard outputShape == whole, base % plane == 0 else { return nil }
        let range = base / plane..<base / plane + outputShape[1]
        let contiguous = StridedCopy(outputShape: whole, strides: Strides.contiguous(shape), base: base)
        return axes == contiguous.axes && range.upperBound <= shape[1] ? range : nil
    }

    /// The first place of a run on an axis and how many places it has; both 0 for an empty one.
    private static func run(_ start: Int, _ end: Int, step: Int, extent: Int) -> (first: Int, count: Int) {
        let forward = step > 0
        // A backward run ends before place 0, so its end may be -1; its start is at most the last place.
        let first = clamp(start, extent, low: 0, high: forward ? extent : extent - 1)
        let end = clamp(end, extent, low: forward ? 0 : -1, high: forward ? extent : extent - 1)
        let distance = forward ? end - first : first - end
        guard extent > 0, distance > 0 else { return (0, 0) }
        return (first, 1 + (distance - 1) / Int(clamping: step.magnitude))
    }

    /// Counts a negative place from the end, then brings it between the bounds.
    private static func clamp(_ place: Int, _ extent: Int, low: Int, high: Int) -> Int {
        let counted = place < 0 ? place + extent : place
        return max(low, min(high, counted))
    }
}
