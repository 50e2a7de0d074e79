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
    package init?(_ base: UnsafePointer<Float>, shape: [Int], m: Int, n: Int) {
        guard shape.count <= 2 else { return nil }
        let columns = shape.last ?? 1
        let rows = shape.count == 2 ? shape[0] : 1
        guard rows == m || rows == 1, columns == n || columns == 1 else { return nil }
        self.base = base
        rowStride = rows == 1 ? 0 : columns
        columnStride = columns == 1 ? 0 : 1
    }

    /// Writes `scale` times the matrix, m x n and row-major.
    func write(to output: UnsafeMutablePointer<Float>, m: Int, n: Int, scale: Float) {
        for row in 0..<m {
            let (source, target) = (base + row * rowStride, output + row * n)
            for column in 0..<n { target[column] = scale * source[column * columnStride] }
        }
    }
}

/// ONNX `Gemm` over matrices that both change from run to run.
package enum Gemm {
    /// `output` is m x n and apart from the inputs.
    package static func run(
        _ geometry: GemmGeometry, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: BroadcastMatrix?,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        if let c { c.write(to: output, m: geometry.m, n: geometry.n, scale: geometry.beta) }
        product(geometry, a: a, b: b, accumulates: c != nil, output: output, pool: pool)
    }

    /// The product, on top of what `output` holds where it accumulates; cut along the longer side.
    static func product(
        _ g: GemmGeometry, a: UnsafePointer<Float>, b: UnsafePointer<Float>, accumulates: Bool,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        let byRows = g.m >= g.n
        let (side, other) = byRows ? (g.m, g.n) : (g.n, g.m)
        let grain = max(16, 262_144 / max(1, other * g.k))
        pool.runRanges(side, grain: grain) { range in
            let rows = byRows ? range : 0..<g.m
            let columns = byRows ? 0..<g.n : range
            BLAS.gemm(
                transposeA: g.transposeA, transposeB: g.transposeB, m: rows.count, n: columns.count, k: g.k,
                alpha: g.alpha, a: a + rows.lowerBound * (g.transposeA ? 1 : g.k),
                lda: g.transposeA ? g.m : g.k,
                b: b + columns.lowerBound * (g.transposeB ? g.k : 1), ldb: g.transposeB ? g.k : g.n,
                beta: accumulates ? 1 : 0, c: output + rows.lowerBound * g.n + columns.lowerBound, ldc: g.n)
        }
    }
}
