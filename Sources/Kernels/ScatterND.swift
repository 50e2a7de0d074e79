/// ONNX `ScatterND`: a tensor with slices replaced, each by as many indices as a tuple has.
package struct ScatterND: Sendable {
    private let tuples: Int
    private let extents, strides: [Int]
    private let elements, elementsOfSlice: Int

    /// Throws `geometryInvalid` where the shapes do not belong together.
    package init(data: [Int], indices: [Int], updates: [Int]) throws(KernelError) {
        guard let depth = indices.last, depth >= 1, depth <= data.count,
            updates == indices.dropLast() + data[depth...]
        else {
            throw .geometryInvalid("updates of shape \(updates) at indices of \(indices) into \(data)")
        }
        tuples = indices.dropLast().reduce(1, *)
        extents = Array(data[..<depth])
        strides = Array(Strides.contiguous(data)[..<depth])
        elements = data.reduce(1, *)
        elementsOfSlice = data[depth...].reduce(1, *)
    }

    /// Checks every index before anything is written; negative ones count from the end. Of slices for one
    /// place the last stays. `output` may be the data. Throws `indexOutOfRange`.
    package func run(
        data: UnsafeRawPointer, elementType: ElementType, indices: UnsafePointer<Int64>,
        updates: UnsafeRawPointer, output: UnsafeMutableRawPointer
    ) throws(KernelError) {
        let (depth, size) = (extents.count, elementType.byteCount)
        for tuple in 0..<tuples {
            for (axis, extent) in extents.enumerated() {
                let index = indices[tuple * depth + axis]
                guard index >= -Int64(extent), index < Int64(extent) else {
                    throw .indexOutOfRange(index: index, extent: extent)
                }
            }
        }
        if UnsafeRawPointer(output) != data { output.copyMemory(from: data, byteCount: elements * size) }
        let bytes = elementsOfSlice * size
        for tuple in 0..<tuples {
            var place = 0
            for (axis, extent) in extents.enumerated() {
                let index = Int(indices[tuple * depth + axis])
                place += (index < 0 ? index + extent : index) * strides[axis]
            }
            (output + place * size).copyMemory(from: updates + tuple * bytes, byteCount: bytes)
        }
    }
}
