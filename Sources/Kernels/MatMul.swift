/// NumPy's `matmul` for operands of known shapes: stacks of matrices, broadcast over the leading dimensions.
package struct MatMul: Sendable {
    package let outputShape: [Int]

    private let stack: Broadcast
    private let geometry: GemmGeometry

    /// Throws `shapesDoNotBroadcast` when the inner extents differ, the stacks do not broadcast or an operand
    /// is a scalar.
    package init(_ a: [Int], _ b: [Int]) throws(KernelError) {
        guard !a.isEmpty, !b.isEmpty else { throw .shapesDoNotBroadcast(a, b) }
        // A vector on the left is a row, one on the right a column; the extent this adds is dropped again.
        let left = a.count == 1 ? [1] + a : a
        let right = b.count == 1 ? b + [1] : b
        let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        guard right[right.count - 2] == k else { throw .shapesDoNotBroadcast(a, b) }
        do {
            stack = try Broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
        } catch {
            throw .shapesDoNotBroadcast(a, b)
        }
        geometry = GemmGeometry(m: m, n: n, k: k)
        outputShape = stack.outputShape + (a.count == 1 ? [] : [m]) + (b.count == 1 ? [] : [n])
    }

    /// `output` is apart from the inputs.
    package func run(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        let (m, n, k) = (geometry.m, geometry.n, geometry.k)
        let count = stack.count
        if count == 1 {
            return Gemm.product(geometry, a: a, b: b, accumulates: false, output: output, pool: pool)
        }
        pool.run(count) { index in
            let (left, right) = stack.offsets(of: index)
            BLAS.gemm(
                m: m, n: n, k: k, a: a + left * m * k, lda: k, b: b + right * k * n, ldb: n,
                c: output + index * m * n, ldc: n)
        }
    }
}
