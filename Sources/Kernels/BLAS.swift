/// OpenBLAS, one thread a call: the threads are the engine's to share out.
package enum BLAS {
    /// `C = alpha op(A) op(B) + beta C`, row-major; `op` transposes where asked.
    ///
    /// - Parameters: `op(A)` is m x k, `op(B)` k x n, `C` m x n; `lda`, `ldb`, `ldc` are the elements from
    ///   one stored row to the next. With `beta` 0, `C` is written without being read.
    package static func gemm(
        transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
        a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
        c: UnsafeMutablePointer<Float>, ldc: Int
    ) { fatalError("to come") }

    /// `y = alpha A x + beta y`, `A` being m x n, row-major; with `transpose`, `y = alpha A' x + beta y`.
    package static func gemv(
        transpose: Bool = false, m: Int, n: Int, alpha: Float = 1, a: UnsafePointer<Float>, lda: Int,
        x: UnsafePointer<Float>, beta: Float = 0, y: UnsafeMutablePointer<Float>
    ) { fatalError("to come") }

    /// The inner product of two vectors.
    package static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
        fatalError("to come")
    }
}
