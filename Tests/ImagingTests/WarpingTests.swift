import Imaging
import Testing

@Suite struct WarpingTests {
    private static let reducing = AffineTransform(a: 0.61, b: 0.23, tx: -1.7, c: -0.23, d: 0.61, ty: 4.25)
    private static let enlarging = AffineTransform(a: 1.9, b: -0.4, tx: -9.3, c: 0.4, d: 1.9, ty: -20.6)

    /// `cv2.warpAffine` of `Pattern.smooth(24, 20)` onto 16x14 pixels.
    @Test(arguments: [
        (
            reducing,
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAoEQicLUioEQhoOMwsdFwEZAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAARjIef1cvb0cfXzcPUCgEQBgQMAggIQgvAAAAAAAAAAAAAAAAAAAAOi0gknBNnHRMjGQ8fFQsbUUdXTUNTSUDPhYSLgYiHwkxBQUOAAAAHRgSj3RZyKB4uJBoqYFZmXFJimI6elIqakIaWzMLSyMGOxMVLAYkHAw0CxQ0AAAA5b2V1a2Fxp52to5mp39Xl29Hh183eFAoaEAYWDAISSEHOREXKgImGg42Ch5GAAAA47uT06uDw5tztIxkpHxUlW1FhV01dU0lZj4WVi4GRh4KNw8ZJwQpGBA4CCBIARMk4LiQ0amBwZlxsopionpSkmpCg1szc0sjYzsTVCwFRBwMNQ0bJQUrFRM7BiJKCjFY3raOzqZ+v5dvr4dfoHhQkGhAgFgwcUkhYTkRUSkDQhoOMgoeIwUtExU9BCVNDDRc3LSMzKR8vZVtrYVdnXVNjmY+flYubkYeXzcPTycEQBgQMAggIAgwERc/BSdPDzdfvJl3yqJ6upJqq4Nbm3NLi2M7fFQsbEQcXDQMTSUFPRUTLgYiHgoyDhpCAilRETlhRTgqyKB4uJBoqIBYmXFJiWE5eVEpakIaWjIKSyMFOxMVKwQlHAw0DBxEBSxUEztjAAAAxZ11to5mpn5Wlm5Gh183d08naEAYWDAISCAIOREXKQQnGQ83Ch5GBi5WFT1lAAAAg2hMs4tjpHxUlGxEhFw0dU0lZT0VVi4GRh4KNg4aJwEpFxE5Bx5CAhEgAAAAAAAAGhQPsYlhoXlRkmpCgloyc0sjYzsTUysFRBwMNAwcFgMYAQABAAAAAAAAAAAA"
        ),
        (
            enlarging,
            "kmpCjmY+imI6hl42gloyflYuelIqdk4mckoibkYeakIaZj4WYjoSXjYOWjIKVi4Gj2c/i2M7h183g1szf1cve1Mrd08nc0sjb0cfa0MbZz8XYzsTXzcPWzMLVy8HUysEi2M7h183g1szf1cve1Mrd08nc0sjb0cfa0MbZz8XYzsTXzcPWzMLVy8HUysETycEiGA4hFw0gFgwfFQseFAodEwkcEggbEQcaEAYZDwUYDgQXDQMWDAIVCwEUCgETCQGhFw0gFgwfFQseFAodEwkcEggbEQcaEAYZDwUYDgQXDQMWDAIVCwFUCgCTCQESCAIgVkxfVUteVEpdU0lcUkhbUUdaUEZZT0VYTkRXTUNWTEJVS0FUSkFTSUESSEHRR0LfVUteVEpdU0lcUkhbUUdaUEZZT0VYTkRXTUNWTEJVS0GUSkDTSUFSSEHRR0LQRkPelIqdk4mckoibkYeakIaZj4WYjoSXjYOWjIKVi4GUioETiYDSiIHRh4KQhoOPhYSdk4mckoibkYeakIaZj4WYjoSXjYOWjIKVi4GUioFTiYESiIGRh4KQhoOPhYSOhIWc0sjb0cfa0MbZz8XYzsTXzcPWzMLVy8HUysDTycESyMGRx8JQxsNPxcROxMVNw8Zb0cfa0MbZz8XYzsTXzcPWzMLVy8HUysFTycDSyMGRx8JQxsNPxcROxMVNw8ZMwsdbEQcaEAYZDwUYDgQXDQMWDAIVCwEUCgETCQESCAIRBwMQBgQPBQUOBAYNAwcMAggaEAYZDwUYDgQXDQMWDAIVCwEUCgDTCQFSCAIRBwMQBgQPBQUOBAYNAwcMAggLAQkZT0VYTkRXTUNWTEJVS0GUSkETSUESSEHRR0LQRkPPRUTOREXNQ0bMQkfLQYjKQMn"
        ),
    ])
    func `warping agrees with OpenCV`(transform: AffineTransform, expected: String) {
        let warped = Pattern.smooth(24, 20).warped(by: transform, width: 16, height: 14)
        let difference = difference(warped.pixels, decoded(expected))
        #expect(difference.mean < 0.6 && difference.largest <= 6, "\(difference)")
    }

    @Test func `whole steps move pixels unchanged and let black in`() {
        let image = Pattern.noise(9, 8)
        let moved = image.warped(
            by: AffineTransform(a: 1, b: 0, tx: 2, c: 0, d: 1, ty: -3), width: 9, height: 8)
        #expect(moved == image.cropped(to: PixelRegion(x: -2, y: 3, width: 9, height: 8)))
        #expect(image.warped(by: .identity, width: 9, height: 8) == image)
    }

    @Test func `half a step is the mean of two pixels, black beyond the edge`() {
        let image = Image(width: 2, height: 1, pixels: [10, 20, 30, 50, 100, 200])
        let moved = image.warped(
            by: AffineTransform(a: 1, b: 0, tx: 0.5, c: 0, d: 1, ty: 0), width: 3, height: 1)
        #expect(moved.pixels == [5, 10, 15, 30, 60, 115, 25, 50, 100])
    }

    @Test func `no transform traps`() {
        let image = Pattern.noise(5, 5)
        let strange: [Double] = [0, .leastNonzeroMagnitude, 1e308, -1e308, .infinity, .nan, 1e12]
        for value in strange {
            for transform in [
                AffineTransform(a: value, b: 0, tx: 0, c: 0, d: 1, ty: 0),
                AffineTransform(a: 1, b: 0, tx: value, c: 0, d: 1, ty: value),
                AffineTransform(a: 1, b: value, tx: 0, c: 1, d: value, ty: 0),
            ] {
                #expect(image.warped(by: transform, width: 4, height: 3).pixels.count == 36)
                if let region = transform.sourceRegion(width: 4, height: 3) { #expect(region.width >= 2) }
            }
        }
        let singular = AffineTransform(a: 1, b: 2, tx: 0, c: 2, d: 4, ty: 0)
        #expect(singular.inverted() == nil && singular.sourceRegion(width: 4, height: 3) == nil)
        #expect(image.warped(by: singular, width: 4, height: 3) == Image(width: 4, height: 3, color: .black))
    }

    @Test func `the source region is all that a warp reads`() throws {
        let image = Pattern.noise(60, 50)
        for transform in [
            Self.reducing, Self.enlarging, AffineTransform(a: 0, b: 1.2, tx: -9, c: -1.2, d: 0, ty: 40),
        ] {
            let region = try #require(transform.sourceRegion(width: 16, height: 14))
            let part = image.cropped(to: region)
            let local = transform.fromOrigin(x: Double(region.x), y: Double(region.y))
            let whole = image.warped(by: transform, width: 16, height: 14)
            #expect(
                difference(part.warped(by: local, width: 16, height: 14).pixels, whole.pixels).largest <= 1)
            // One pixel less on any side is too few.
            #expect(region.width * region.height < 60 * 50)
        }
    }
}

@Suite struct AffineTransformTests {
    private let first = AffineTransform(a: 0.5, b: 2, tx: 3, c: -1, d: 0.25, ty: -4)
    private let second = AffineTransform(a: 2, b: 1, tx: 0, c: 0.5, d: -3, ty: 7)

    @Test func `transforms follow each other`() {
        let point = first.apply(x: 5, y: -2)
        let expected = second.apply(x: point.x, y: point.y)
        let found = second.after(first).apply(x: 5, y: -2)
        #expect(found == expected && point == (1.5, -9.5) && expected == (-6.5, 36.25))
    }

    @Test func `the inverse leads back`() throws {
        let inverse = try #require(first.inverted())
        let point = inverse.apply(x: 1.5, y: -9.5)
        #expect(abs(point.x - 5) < 1e-12 && abs(point.y + 2) < 1e-12)
    }

    @Test func `an origin shifts the source`() {
        let whole = first.apply(x: 15, y: 28)
        #expect(first.fromOrigin(x: 10, y: 30).apply(x: 5, y: -2) == whole)
    }
}
