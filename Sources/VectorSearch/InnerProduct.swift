package import Kernels

/// The inner product of two vectors as a search computes it, to the bit the similarity of its `Match`.
package enum InnerProduct {
    /// - Complexity: O(count), with a copy of both.
    package static func of(_ one: [Float], _ other: [Float], table: KernelTable = .current) -> Float {
        precondition(one.count == other.count, "vectors of different models are never compared")
        let stride = paddedCount(one.count)
        let (row, probe) = (padded(one, to: stride), padded(other, to: stride))
        var product: Float = 0
        table.dotRows(
            UnsafePointer(row.floats), stride: stride, count: 1, probe: UnsafePointer(probe.floats),
            output: &product)
        return product
    }

    /// Elements of a row that holds so many: they come by cache lines.
    static func paddedCount(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// A vector as the kernels take it: aligned, zeros at the end.
    static func padded(_ vector: [Float], to stride: Int) -> AlignedBuffer {
        let buffer = AlignedBuffer(byteCount: stride * MemoryLayout<Float>.stride)
        for index in 0..<stride { buffer.floats[index] = index < vector.count ? vector[index] : 0 }
        return buffer
    }
}
