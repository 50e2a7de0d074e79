/// How far two runs of numbers lie apart.
package struct TensorDifference: Sendable, CustomStringConvertible {
    /// The greatest absolute difference; infinite when a number is not finite in one and not the same in the
    /// other.
    package let maximum: Double
    /// Where it is, in row-major order.
    package let index: Int
    /// The greatest absolute expected value.
    package let scale: Double
    /// Norm of the difference over norm of the expected.
    package let relativeL2: Double

    /// `maximum / scale`, the measure of the golden cases; 0 when nothing differs.
    package var relativeMaximum: Double { maximum == 0 ? 0 : maximum / scale }

    package var description: String {
        "max error \(maximum) at \(index), \(relativeMaximum) of the greatest value, relative L2 \(relativeL2)"
    }

    /// Compares number by number in double precision; nil when the counts differ.
    package init?(_ actual: some Collection<Float>, expected: some Collection<Float>) {
        guard actual.count == expected.count else { return nil }
        var greatest = (difference: 0.0, index: 0)
        var scale = 0.0
        var squares = (difference: 0.0, expected: 0.0)
        for (index, (a, e)) in zip(actual, expected).enumerated() {
            let difference = Self.difference(Double(a), Double(e))
            if difference > greatest.difference { greatest = (difference, index) }
            scale = max(scale, abs(Double(e)))
            squares.difference += difference * difference
            squares.expected += Double(e) * Double(e)
        }
        (maximum, index, self.scale) = (greatest.difference, greatest.index, scale)
        relativeL2 = squares.difference == 0 ? 0 : (squares.difference / squares.expected).squareRoot()
    }

    private static func difference(_ a: Double, _ e: Double) -> Double {
        if a.isNaN && e.isNaN || a == e { return 0 }
        let difference = abs(a - e)
        return difference.isFinite ? difference : .infinity
    }
}
