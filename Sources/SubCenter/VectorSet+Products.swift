import Kernels

extension VectorSet {
    /// The dot products of this set's `rows` with the other's `columns`, row-major, into the front of
    /// `products`.
    ///
    /// A matrix product: the order of summation is the library's, so the last bits may differ from `dot`'s.
    /// Traps when the dimensions differ or `products` is too small.
    func products(
        _ rows: Range<Int>, with other: VectorSet, _ columns: Range<Int>, into products: inout [Float]
    ) {
        precondition(dimension == other.dimension, "vectors of different dimensions")
        precondition(products.count >= rows.count * columns.count, "no room for the products")
        values.withUnsafeBufferPointer { a in
            other.values.withUnsafeBufferPointer { b in
                products.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    BLAS.gemm(
                        transposeB: true, m: rows.count, n: columns.count, k: dimension,
                        a: a + rows.lowerBound * dimension, lda: dimension,
                        b: b + columns.lowerBound * dimension, ldb: dimension, c: c, ldc: columns.count)
                }
            }
        }
    }
}
