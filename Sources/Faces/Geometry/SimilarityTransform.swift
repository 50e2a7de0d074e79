/// Rotation, uniform scale and translation without reflection: x' = a x - b y + tx, y' = b x + a y + ty.
package struct SimilarityTransform: Sendable, Equatable {
    /// scale * cos(angle)
    package let a: Double
    /// scale * sin(angle)
    package let b: Double
    package let tx: Double
    package let ty: Double

    package init(a: Double, b: Double, tx: Double, ty: Double) {
        self.a = a
        self.b = b
        self.tx = tx
        self.ty = ty
    }

    /// Leaves every point where it is.
    package static let identity = SimilarityTransform(a: 1, b: 0, tx: 0, ty: 0)

    /// Lengths grow by this factor.
    package var scale: Double { (a * a + b * b).squareRoot() }

    /// The image of a point.
    package func apply(_ p: Point) -> Point {
        let x = Double(p.x), y = Double(p.y)
        return Point(x: Float(a * x - b * y + tx), y: Float(b * x + a * y + ty))
    }
}
