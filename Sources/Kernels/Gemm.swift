/// The sizes of an ONNX `Gemm`: `Y = alpha op(A) op(B) + beta C`, `op(A)` being m x k and `op(B)` k x n.
package struct GemmGeometry: Sendable, Hashable {
    package var m: Int
    package var n: Int
    package var k: Int
    package var transposeA: Bool
    package var transposeB: Bool
    package var alpha: Float
    package var beta: Float

    package init(
        m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false, alpha: Float = 1,
        beta: Float = 1
    ) {
        self.m = m
        self.n = n
        self.k = k
        self.transposeA = transposeA
        self.transposeB = transposeB
        self.alpha = alpha
        self.beta = beta
    }
}

/// A matrix that is broadcast to m x n: a stride of 0 repeats its only row or column.
package struct BroadcastMatrix {
    package var base: UnsafePointer<Float>
    package var rowStride: Int
    package var columnStride: Int

    /// The matrix `C` of a `Gemm` of `m` by `n`; nil where its shape does not broadcast one way to that.
    package init?(_ base: UnsafePointer<Float>, shape: [Int], m: Int, n: Int) { fatalError("to come") }
}

/// ONNX `Gemm` over matrices that both change from run to run.
package enum Gemm {
    /// `output` is m x n and apart from the inputs.
    package static func run(
        _ geometry: GemmGeometry, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: BroadcastMatrix?,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }
}
