internal import Kernels

/// How large a value may be.
///
/// Operators hold the sizes that they compute to it before they hand them to a kernel or allocate: a model
/// can ask for any size with a few bytes, and products of unchecked sizes overflow.
struct SizeLimit: Sendable {
    let maximumBytes: Int

    /// Bytes of a value, or nil where it is over the limit, or has over `Planner.maximumRank` dimensions.
    ///
    /// Extents of 0 count as 1, so that products of any part of the shape are within the limit too.
    func bytes(_ elementType: ElementType, _ shape: [Int]) -> Int? {
        guard shape.count <= Planner.maximumRank else { return nil }
        let extents = shape.map { $0 == 0 ? 1 : $0 }
        guard let bytes = Tensor.byteCount(shape: extents, elementType: elementType), bytes <= maximumBytes
        else {
            return nil
        }
        return shape.contains(0) ? 0 : bytes
    }

    /// The type of an output, or a refusal where it is over the limit.
    func output(_ elementType: ElementType, _ shape: [Int]) throws(Refusal) -> TensorType {
        guard bytes(elementType, shape) != nil else {
            throw Refusal.limit("makes \(elementType) of shape \(shape), over \(maximumBytes) bytes")
        }
        return TensorType(elementType, shape)
    }

    /// Holds the outputs and scratch memory of a step to the limit.
    func check(_ step: PlannedStep) throws(Refusal) {
        guard step.scratchBytes >= 0, step.scratchBytes <= maximumBytes else {
            throw Refusal.limit("needs \(step.scratchBytes) bytes of scratch, over \(maximumBytes)")
        }
        for type in step.outputs { _ = try output(type.elementType, type.shape) }
    }
}
