import Kernels
import TestKit
import Testing

struct BLASTests {
    @Test func `products of a matrix and a vector, either way round`() {
        var generator = SeededGenerator(seed: 11)
        let (m, n) = (37, 61)
        let (a, x, z) = (
            Support.floats(m * n, &generator), Support.floats(n, &generator), Support.floats(m, &generator)
        )
        let plain = Support.output(m) { BLAS.gemv(m: m, n: n, a: a, lda: n, x: x, y: $0) }
        let rows = (0..<m).map { row in (0..<n).reduce(0.0) { $0 + Double(a[row * n + $1]) * Double(x[$1]) } }
        #expect(Support.difference(plain, rows.map { Float($0) }) < 2e-6)
        let turned = Support.output(n) { BLAS.gemv(transpose: true, m: m, n: n, a: a, lda: n, x: z, y: $0) }
        let columns = (0..<n).map { c in (0..<m).reduce(0.0) { $0 + Double(a[$1 * n + c]) * Double(z[$1]) } }
        #expect(Support.difference(turned, columns.map { Float($0) }) < 2e-6)
        let product = zip(x, x).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(BLAS.dot(x, x, count: n)) - product) < 1e-4)
    }
}
