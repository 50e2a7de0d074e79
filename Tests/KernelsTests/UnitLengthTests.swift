import Kernels
import Testing

@Suite struct UnitLengthTests {
    @Test(
        arguments: [(0.989, false), (0.991, true), (1, true), (1.009, true), (1.011, false)]
            as [(Float, Bool)])
    func `a hundredth is near enough to one`(length: Float, isUnit: Bool) {
        #expect(UnitLength.holds(UnitLength.of([0, length * 0.6, length * -0.8])) == isUnit)
    }

    @Test(arguments: [[], [0, 0], [.nan, 1], [.infinity, 0], [1, -.infinity]] as [[Float]])
    func `what has no direction is not of length one`(vector: [Float]) {
        #expect(!UnitLength.holds(UnitLength.of(vector)))
    }

    @Test func `scaling leaves the bits of a vector that is of length one but for rounding`() {
        let exact: [Float] = [0.6, 0.8]
        #expect(UnitLength.scaled(exact, from: UnitLength.of(exact)) == exact)
        let long = exact.map { $0 * 1.005 }
        let scaled = UnitLength.scaled(long, from: UnitLength.of(long))
        #expect(abs(UnitLength.of(scaled) - 1) < 1e-7)
    }
}
