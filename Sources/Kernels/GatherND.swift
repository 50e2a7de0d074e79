/// ONNX `GatherND`: slices of a tensor, each by as many indices as a tuple has.
package struct GatherND: Sendable {
    package let outputShape: [Int]

    private let batches, tuplesOfBatch: Int
    /// The axes that the indices of a tuple are places on, and from one place on each to the next.
    private let extents, strides: [Int]
    private let elementsOfBatch, elementsOfSlice: Int

    /// Throws `geometryInvalid` where the shapes do not belong together.
    package init(data: [Int], indices: [Int], batchDimensions: Int) throws(KernelError) {
        guard let depth = indices.last, batchDimensions >= 0,
            batchDimensions < min(data.count, indices.count),
            data[..<batchDimensions] == indices[..<batchDimensions], depth >= 1,
            depth <= data.count - batchDimensions
        else {
            throw .geometryInvalid(
                "indices of shape \(indices) into \(data) with \(batchDimensions) dimensions of batches")
        }
        let sliced = batchDimensions + depth
        outputShape = indices.dropLast() + data[sliced...]
        batches = data[..<batchDimensions].reduce(1, *)
        tuplesOfBatch = indices[batchDimensions..<indices.count - 1].reduce(1, *)
        extents = Array(data[batchDimensions..<sliced])
        strides = Array(Strides.contiguous(data)[batchDimensions..<sliced])
        elementsOfBatch = data[batchDimensions...].reduce(1, *)
        elementsOfSlice = data[sliced...].reduce(1, *)
    }

    /// Checks every index before anything is written; negative ones count from the end. `output` is apart
    /// from the input. Throws `indexOutOfRange`.
    package func run(
        input: UnsafeRawPointer, elementType: ElementType, indices: UnsafePointer<Int64>,
        output: UnsafeMutableRawPointer
    ) throws(KernelError) {
        let (tuples, depth, size) = (batches * tuplesOfBatch, extents.count, elementType.byteCount)
        for tuple in 0..<tuples {
            for (axis, extent) in extents.enumerated() {
                let index = indices[tuple * depth + axis]
                guard index >= -Int64(extent), index < Int64(extent) else {
                    throw .indexOutOfRange(index: index, extent: extent)
                }
            }
        }
        let bytes = elementsOfSlice * size
        for tuple in 0..<tuples {
            var place = tuple / tuplesOfBatch * elementsOfBatch
            for (axis, extent) in extents.enumerated() {
                let index = Int(indices[tuple * depth + axis])
                place += (index < 0 ? index + extent : index) * strides[axis]
            }
            (output + tuple * bytes).copyMemory(from: input + place * size, byteCount: bytes)
        }
    }
}
