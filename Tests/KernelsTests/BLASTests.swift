import Kernels
import TestKit
import Testing

struct BLASTests {
    @Test func `the inner product of two vectors`() {
        var generator = SeededGenerator(seed: 11)
        let (x, y) = (Support.floats(61, &generator), Support.floats(61, &generator))
        let product = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(BLAS.dot(x, y, count: 61)) - product) < 1e-4)
    }
}
