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

    /// Moves nothing.
    package static let identity = AffineTransform(a: 1, b: 0, tx: 0, c: 0, d: 1, ty: 0)

    /// Where a point goes.
    package func apply(x: Double, y: Double) -> (x: Double, y: Double) {
        (a * x + b * y + tx, c * x + d * y + ty)
    }

    /// The transform back, or nil when there is none (singular or not finite).
    package func inverted() -> AffineTransform? {
        let scale = 1 / (a * d - b * c)
        let inverse = AffineTransform(
            a: d * scale, b: -b * scale, tx: (b * ty - d * tx) * scale,
            c: -c * scale, d: a * scale, ty: (c * tx - a * ty) * scale)
        return inverse.isFinite ? inverse : nil
    }

    private var isFinite: Bool { [a, b, tx, c, d, ty].allSatisfy(\.isFinite) }

    /// The transform that applies `first` and then this one.
    package func after(_ first: AffineTransform) -> AffineTransform {
        let (x, y) = apply(x: first.tx, y: first.ty)
        return AffineTransform(
            a: a * first.a + b * first.c, b: a * first.b + b * first.d, tx: x,
            c: c * first.a + d * first.c, d: c * first.b + d * first.d, ty: y)
    }

    /// This transform for a picture cut out at (`x`, `y`): takes coordinates relative to that corner.
    package func fromOrigin(x: Double, y: Double) -> AffineTransform {
        after(AffineTransform(a: 1, b: 0, tx: x, c: 0, d: 1, ty: y))
    }

    /// The source pixels that `Image.warped(by:width:height:)` reads to fill an output of `width` by
    /// `height`, with the neighbours that bilinear sampling needs; nil when the transform can't be inverted
    /// or leads further away than any picture is wide.
    ///
    /// The region is not clipped to any image.
    package func sourceRegion(width: Int, height: Int) -> PixelRegion? {
        guard let inverse = inverted() else { return nil }
        let right = Double(width - 1)
        let bottom = Double(height - 1)
        // An affine image of a rectangle has its extremes at the corners.
        let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)].map {
            inverse.apply(x: $0.0, y: $0.1)
        }
        guard let columns = Self.span(corners.map(\.x)), let rows = Self.span(corners.map(\.y)) else {
            return nil
        }
        return PixelRegion(
            x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    /// Farthest coordinate that converts to a pixel; no decoded picture comes near it.
    private static let farthest = 1e9

    /// `rounded(.down)` as an integer; the standard library's would need the C mathematics library to be
    /// linked.
    private static func floor(_ value: Double) -> Int {
        let cut = Int(value)
        return Double(cut) > value ? cut - 1 : cut
    }

    /// From the pixel at or before the least value to the one after the greatest.
    private static func span(_ values: [Double]) -> Range<Int>? {
        guard let least = values.min(), let greatest = values.max(), least > -farthest, greatest < farthest
        else {
            return nil
        }
        return floor(least)..<floor(greatest) + 2
    }
}
