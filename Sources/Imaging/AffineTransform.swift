/// `x' = a x + b y + tx`, `y' = c x + d y + ty`: the rows of a 2x3 matrix as OpenCV writes it.
package struct AffineTransform: Sendable, Equatable {
    package let a, b, tx, c, d, ty: Double

    package init(a: Double, b: Double, tx: Double, c: Double, d: Double, ty: Double) {
        self.a = a
        self.b = b
        self.tx = tx
        self.c = c
        self.d = d
        self.ty = ty
    }

    package static let identity = AffineTransform(a: 1, b: 0, tx: 0, c: 0, d: 1, ty: 0)

    /// Where a point goes.
    package func apply(x: Double, y: Double) -> (x: Double, y: Double) { fatalError("not yet") }

    /// The transform back, or nil when there is none (singular or not finite).
    package func inverted() -> AffineTransform? { fatalError("not yet") }

    /// The transform that applies `first` and then this one.
    package func after(_ first: AffineTransform) -> AffineTransform { fatalError("not yet") }

    /// This transform for a picture cut out at (`x`, `y`): takes coordinates relative to that corner.
    package func fromOrigin(x: Double, y: Double) -> AffineTransform { fatalError("not yet") }

    /// The source pixels that `Image.warped(by:width:height:)` reads to fill an output of `width` by `height`,
    /// with the neighbours that bilinear sampling needs; nil when the transform can't be inverted.
    ///
    /// The region is not clipped to any image.
    package func sourceRegion(width: Int, height: Int) -> PixelRegion? { fatalError("not yet") }
}
