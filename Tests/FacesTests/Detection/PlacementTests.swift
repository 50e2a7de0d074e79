import Faces
import Testing

@Suite struct PlacementTests {
    @Test func `a wide picture fills the width from the top left`() {
        let placement = Placement(imageWidth: 1_280, imageHeight: 886, on: .square(640))
        #expect(placement.scale == 0.5)
        #expect([placement.width, placement.height, placement.left, placement.top] == [640, 443, 0, 0])
    }

    @Test func `a small picture is scaled up`() {
        let placement = Placement(imageWidth: 100, imageHeight: 200, on: .square(640))
        #expect(placement.scale == 3.2)
        #expect([placement.width, placement.height] == [320, 640])
    }

    @Test func `halves are rounded to even as the reference does`() {
        // 125 * 0.5 = 62.5 and 127 * 0.5 = 63.5
        #expect(Placement(imageWidth: 128, imageHeight: 125, on: .square(64)).height == 62)
        #expect(Placement(imageWidth: 128, imageHeight: 127, on: .square(64)).height == 64)
    }

    @Test func `a line of pixels keeps one row`() {
        let placement = Placement(imageWidth: 30_000, imageHeight: 1, on: .square(640))
        #expect([placement.width, placement.height] == [640, 1])
    }

    @Test func `a border of half the size halves the scale and centres`() {
        let placement = Placement(imageWidth: 150, imageHeight: 150, on: .square(640), border: 0.5)
        #expect([placement.width, placement.height, placement.left, placement.top] == [320, 320, 160, 160])
    }

    @Test func `a picture never leaves the canvas`() {
        for border in [0, 0.25, 0.5, 1.5] {
            for (width, height) in [(1, 1), (3, 1_000), (641, 640), (333, 77), (32_768, 32_768)] {
                let canvas = CanvasSize(width: 640, height: 320)
                let placement = Placement(imageWidth: width, imageHeight: height, on: canvas, border: border)
                #expect(
                    placement.width >= 1 && placement.height >= 1 && placement.left >= 0 && placement.top >= 0
                )
                #expect(placement.left + placement.width <= 640 && placement.top + placement.height <= 320)
            }
        }
    }

    @Test func `faces are brought back to pixels of the picture`() {
        let placement = Placement(imageWidth: 100, imageHeight: 100, on: .square(64), border: 0.5)
        // Scale 0.32, offset 16.
        let face = placement.unplace(.made(x: 32, y: 16, width: 16, height: 32))
        #expect(abs(face.box.x - 50) < 1e-4 && abs(face.box.y) < 1e-4)
        #expect(abs(face.box.width - 50) < 1e-4 && abs(face.box.height - 100) < 1e-4)
        #expect(face.landmarks[2].distance(to: Point(x: 75, y: 55)) < 1e-3)
    }
}
