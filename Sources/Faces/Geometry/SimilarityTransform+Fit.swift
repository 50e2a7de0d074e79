extension SimilarityTransform {
    /// The least-squares similarity that takes `source` to `target`, point by point.
    ///
    /// Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE
    /// TPAMI 13(4), 1991. In two dimensions, with points read as complex numbers, his solution with the
    /// determinant held positive is the regression coefficient sum(conj(s) d) / sum(|s|^2) of the centred
    /// points, so no SVD is needed and a reflection cannot come out.
    ///
    /// Throws `landmarksDegenerate` when the points fix no transform: not finite, all in one place, or
    /// mirrored so that the best scale is nothing.
    package static func fitting(
        _ source: [Point], to target: [Point]
    ) throws(FacesError) -> SimilarityTransform {
        precondition(source.count == target.count && source.count >= 2)
        guard source.allSatisfy(\.isFinite) else {
            throw .landmarksDegenerate(reason: "a landmark is not a finite number")
        }
        let from = centroid(source), to = centroid(target)
        var spread = 0.0, along = 0.0, across = 0.0
        for (p, q) in zip(source, target) {
            let (sx, sy) = (Double(p.x) - from.x, Double(p.y) - from.y)
            let (dx, dy) = (Double(q.x) - to.x, Double(q.y) - to.y)
            spread += sx * sx + sy * sy
            along += sx * dx + sy * dy
            across += sx * dy - sy * dx
        }
        guard spread > leastSpread else {
            throw .landmarksDegenerate(reason: "the landmarks all lie in one place")
        }
        let a = along / spread, b = across / spread
        guard a * a + b * b > leastScale * leastScale, a.isFinite, b.isFinite else {
            throw .landmarksDegenerate(reason: "the landmarks do not resemble a face")
        }
        return SimilarityTransform(
            a: a, b: b, tx: to.x - (a * from.x - b * from.y), ty: to.y - (b * from.x + a * from.y))
    }

    /// The transform that undoes this one. Traps on a scale of zero.
    package var inverse: SimilarityTransform {
        let square = a * a + b * b
        precondition(square > 0)
        let (p, q) = (a / square, -b / square)
        return SimilarityTransform(a: p, b: q, tx: -(p * tx - q * ty), ty: -(q * tx + p * ty))
    }

    /// This transform after `first`.
    package func after(_ first: SimilarityTransform) -> SimilarityTransform {
        SimilarityTransform(
            a: a * first.a - b * first.b, b: b * first.a + a * first.b,
            tx: a * first.tx - b * first.ty + tx, ty: b * first.tx + a * first.ty + ty)
    }

    /// Square pixels summed over the points: under this, a detector has put all landmarks into one pixel.
    private static let leastSpread = 1e-3
    /// A face ten thousand times the template is larger than any image that is decoded.
    private static let leastScale = 1e-4

    private static func centroid(_ points: [Point]) -> (x: Double, y: Double) {
        let count = Double(points.count)
        return (
            points.reduce(0) { $0 + Double($1.x) } / count, points.reduce(0) { $0 + Double($1.y) } / count
        )
    }
}
