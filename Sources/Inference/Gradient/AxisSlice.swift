internal import Kernels

/// A range of one axis.
struct AxisSlice: Operator {
    let axis: Int
    let range: Range<Int>

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let shape = try operands.float(0, "incoming").shape
        guard axis < shape.count, range.upperBound <= shape[axis] else {
            throw Refusal("incoming", "shape \(shape) has no \(range) on axis \(axis)")
        }
        var part = shape
        part[axis] = range.count
        let size = MemoryLayout<Float>.stride
        let inner = shape[(axis + 1)...].reduce(size, *)
        let outer = shape[..<axis].reduce(1, *)
        let (extent, range) = (shape[axis], range)
        return PlannedStep(try operands.limit.output(.float32, part)) { context in
            for index in 0..<outer {
                (context.rawOutput() + index * range.count * inner).copyMemory(
                    from: context.input(0) + (index * extent + range.lowerBound) * inner,
                    byteCount: range.count * inner)
            }
        }
    }
}
