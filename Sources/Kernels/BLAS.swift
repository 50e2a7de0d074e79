import COpenBLAS

/// OpenBLAS, one thread a call: the threads are the engine's to share out.
package enum BLAS {
    /// Done once, before the first call.
    private static let oneThread: Void = {
        openblas_set_num_threads(1)
        copenblas_end_threads()
    }()

    /// Ends OpenBLAS's own threads, which keep a core busy when a process starts. Any call does it; a program
    /// does it first.
    package static func endOwnThreads() { _ = oneThread }

    /// `C = alpha op(A) op(B) + beta C`, row-major; `op` transposes where asked.
    ///
    /// - Parameters: `op(A)` is m x k, `op(B)` k x n, `C` m x n; `lda`, `ldb`, `ldc` are the elements from
    ///   one stored row to the next. With `beta` 0, `C` is written without being read.
    package static func gemm(
        transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
        a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
        c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        guard m > 0, n > 0 else { return }
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), alpha, a, blasint(max(lda, 1)), b, blasint(max(ldb, 1)), beta,
            c,
            blasint(max(ldc, 1)))
    }

    /// The inner product of two vectors.
    package static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
        _ = oneThread
        return cblas_sdot(blasint(count), x, 1, y, 1)
    }
}
