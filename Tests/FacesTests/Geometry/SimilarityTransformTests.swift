import Faces
import TestKit
import Testing

@Suite struct SimilarityTransformTests {
    @Test func `a random similarity is recovered from five points`() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let angle = Double.random(in: -3.1...3.1, using: &random)
            let scale = Double.random(in: 0.05...20, using: &random)
            let made = SimilarityTransform(
                a: scale * cosine(angle), b: scale * cosine(angle - .pi / 2),
                tx: .random(in: -500...500, using: &random), ty: .random(in: -500...500, using: &random))
            let points = randomPoints(using: &random)
            let found = try SimilarityTransform.fitting(points, to: points.map(made.apply))
            #expect(abs(found.a - made.a) < 1e-4 * scale && abs(found.b - made.b) < 1e-4 * scale)
            for point in points { #expect(found.apply(point).distance(to: made.apply(point)) < 0.01) }
        }
    }

    @Test func `no small change of the fitted transform fits better`() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            let (from, to) = (randomPoints(using: &random), randomPoints(using: &random))
            let best = try SimilarityTransform.fitting(from, to: to)
            for (da, db, dx, dy) in [(0.01, 0.0, 0.0, 0.0), (0, 0.01, 0, 0), (0, 0, 0.5, 0), (0, 0, 0, 0.5)] {
                for sign in [-1.0, 1] {
                    let other = SimilarityTransform(
                        a: best.a + sign * da, b: best.b + sign * db, tx: best.tx + sign * dx,
                        ty: best.ty + sign * dy)
                    #expect(error(of: best, from, to) <= error(of: other, from, to) + 1e-3)
                }
            }
        }
    }

    @Test func `mirrored landmarks are not answered with a reflection`() throws {
        let mirrored = AlignmentTemplate.arcFace.map { Point(x: 112 - $0.x, y: $0.y) }
        let found = try SimilarityTransform.fitting(mirrored, to: AlignmentTemplate.arcFace)
        // The determinant of a similarity without reflection is a^2 + b^2; the left eye stays left of the
        // right one's target only by turning, never by mirroring.
        #expect(found.a * found.a + found.b * found.b > 0)
        let eyes = (found.apply(mirrored[0]), found.apply(mirrored[1]), found.apply(mirrored[3]))
        let cross =
            (eyes.1.x - eyes.0.x) * (eyes.2.y - eyes.0.y) - (eyes.1.y - eyes.0.y) * (eyes.2.x - eyes.0.x)
        let before =
            (mirrored[1].x - mirrored[0].x) * (mirrored[3].y - mirrored[0].y)
            - (mirrored[1].y - mirrored[0].y) * (mirrored[3].x - mirrored[0].x)
        #expect(cross.sign == before.sign)
    }

    @Test func `the template is fitted to itself by the identity`() throws {
        let found = try SimilarityTransform.fitting(AlignmentTemplate.arcFace, to: AlignmentTemplate.arcFace)
        #expect(
            abs(found.a - 1) < 1e-12 && abs(found.b) < 1e-12 && abs(found.tx) < 1e-9 && abs(found.ty) < 1e-9)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `a landmark that is not finite is refused`(value: Float) {
        var points = AlignmentTemplate.arcFace
        points[2].y = value
        #expect(throws: FacesError.self) {
            try SimilarityTransform.fitting(points, to: AlignmentTemplate.arcFace)
        }
    }

    @Test func `landmarks in one place are refused`() {
        let points = [Point](repeating: Point(x: 40, y: 40), count: 5)
        let error = #expect(throws: FacesError.self) {
            try SimilarityTransform.fitting(points, to: AlignmentTemplate.arcFace)
        }
        guard case .landmarksDegenerate = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    @Test func `the largest floats are refused or fitted, never not-a-number`() {
        let points = AlignmentTemplate.arcFace.map { Point(x: $0.x * 1e36, y: $0.y * 1e36) }
        #expect(throws: FacesError.self) {
            try SimilarityTransform.fitting(points, to: AlignmentTemplate.arcFace)
        }
    }

    @Test func `a transform after its inverse is the identity`() {
        let transform = SimilarityTransform(a: 0.3, b: -1.2, tx: 17, ty: -4)
        let round = transform.after(transform.inverse)
        #expect(
            abs(round.a - 1) < 1e-12 && abs(round.b) < 1e-12 && abs(round.tx) < 1e-9 && abs(round.ty) < 1e-9)
        let point = Point(x: 3, y: 5)
        #expect(transform.inverse.apply(transform.apply(point)).distance(to: point) < 1e-4)
    }

    @Test func `composition applies the first transform first`() {
        let turn = SimilarityTransform(a: 0, b: 1, tx: 0, ty: 0)
        let shift = SimilarityTransform(a: 1, b: 0, tx: 10, ty: 0)
        #expect(turn.after(shift).apply(Point(x: 0, y: 0)) == Point(x: 0, y: 10))
        #expect(shift.after(turn).apply(Point(x: 0, y: 0)) == Point(x: 10, y: 0))
    }

    private func randomPoints(using random: inout SeededGenerator) -> [Point] {
        (0..<5).map { _ in
            Point(x: .random(in: 0...300, using: &random), y: .random(in: 0...300, using: &random))
        }
    }

    private func error(of transform: SimilarityTransform, _ from: [Point], _ to: [Point]) -> Double {
        zip(from, to).reduce(0) {
            let d = Double(transform.apply($1.0).distance(to: $1.1))
            return $0 + d * d
        }
    }

    private func cosine(_ angle: Double) -> Double { Trigonometry.cosine(angle) }
}
