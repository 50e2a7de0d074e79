/// NumPy's `matmul` for operands of known shapes: stacks of matrices, broadcast over the leading dimensions.
///
/// Neither threads nor other rows change a bit of a product, but where the right matrices have fewer than
/// four columns.
package struct MatMul: Sendable {
    package let outputShape: [Int]

    let stack: Broadcast
    let m, n, k: Int
    let table: KernelTable
    /// Whether every left matrix is multiplied by the same right one.
    let hasOneRight: Bool

    /// Throws `shapesDoNotBroadcast` when the inner extents differ, the stacks do not broadcast or an operand
    /// is a scalar.
    package init(_ a: [Int], _ b: [Int], table: KernelTable = .current) throws(KernelError) {
        guard !a.isEmpty, !b.isEmpty else { throw .shapesDoNotBroadcast(a, b) }
        // A vector on the left is a row, one on the right a column; the extent this adds is dropped again.
        let left = a.count == 1 ? [1] + a : a
        let right = b.count == 1 ? b + [1] : b
        (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        guard right[right.count - 2] == k else { throw .shapesDoNotBroadcast(a, b) }
        do {
            stack = try Broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
        } catch {
            throw .shapesDoNotBroadcast(a, b)
        }
        hasOneRight = right.dropLast(2).allSatisfy { $0 == 1 }
        outputShape = stack.outputShape + (a.count == 1 ? [] : [m]) + (b.count == 1 ? [] : [n])
        self.table = table
    }

    /// Multiplications and additions of a run, as many as can be counted.
    package var operations: Int {
        [stack.count, m, n, k].reduce(2) { product, factor in
            let (result, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? .max : result
        }
    }

    /// Whether the right matrix has so few columns that a block of sixteen would be next to empty: then
    /// OpenBLAS multiplies.
    var isNarrow: Bool { n < 4 }

    func runNarrow(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        if stack.count == 1 {
            let geometry = GemmGeometry(m: m, n: n, k: k)
            return Gemm.product(geometry, a: a, b: b, accumulates: false, output: output, pool: pool)
        }
        pool.run(stack.count) { index in
            let (left, right) = stack.offsets(of: index)
            BLAS.gemm(
                m: m, n: n, k: k, a: a + left * m * k, lda: k, b: b + right * k * n, ldb: n,
                c: output + index * m * n, ldc: n)
        }
    }
}
