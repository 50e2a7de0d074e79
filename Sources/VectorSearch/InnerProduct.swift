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

    /// Where the two vectors with the largest product stand in two lists of vectors, none of which is empty;
    /// the first of equal pairs.
    ///
    /// - Complexity: O(one.count * other.count) products, with a copy of both.
    package static func largest(
        _ one: [[Float]], _ other: [[Float]], table: KernelTable = .current
    ) -> (first: Int, second: Int, product: Float) {
        let stride = paddedCount(other[0].count)
        let rows = padded(other, to: stride)
        var products = [Float](repeating: 0, count: other.count)
        var best = (first: 0, second: 0, product: -Float.infinity)
        for (first, vector) in one.enumerated() {
            precondition(vector.count == other[0].count, "vectors of different models are never compared")
            let probe = padded(vector, to: stride)
            products.withUnsafeMutableBufferPointer { products in
                table.dotRows(
                    UnsafePointer(rows.floats), stride: stride, count: other.count,
                    probe: UnsafePointer(probe.floats), output: products.baseAddress!)
            }
            for (second, product) in products.enumerated() where product > best.product {
                best = (first, second, product)
            }
        }
        return best
    }

    /// Elements of a row that holds so many: they come by cache lines.
    static func paddedCount(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// A vector as the kernels take it: aligned, zeros at the end.
    static func padded(_ vector: [Float], to stride: Int) -> AlignedBuffer { padded([vector], to: stride) }

    private static func padded(_ vectors: [[Float]], to stride: Int) -> AlignedBuffer {
        let buffer = AlignedBuffer(byteCount: vectors.count * stride * MemoryLayout<Float>.stride)
        for (row, vector) in vectors.enumerated() {
            for index in 0..<stride {
                buffer.floats[row * stride + index] = index < vector.count ? vector[index] : 0
            }
        }
        return buffer
    }
}
