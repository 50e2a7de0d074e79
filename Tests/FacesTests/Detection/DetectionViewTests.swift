import Faces
import Imaging
import TestKit
import Testing

@Suite struct DetectionViewTests {
    private func noise(_ width: Int, _ height: Int) -> Image {
        var random = SeededGenerator(seed: UInt64(width * 1_000 + height))
        return Image(
            width: width, height: height,
            pixels: (0..<width * height * 3).map { _ in .random(in: 0...255, using: &random) })
    }

    private func placed(_ image: Image, _ canvas: CanvasSize, border: Double = 0) -> (Image, Placement) {
        let placement = Placement(
            imageWidth: image.width, imageHeight: image.height, on: canvas, border: border)
        return (DetectionView(DecodedPicture(image)).placed(placement, on: canvas), placement)
    }

    @Test func `a picture of the canvas's size is copied`() {
        let image = noise(64, 64)
        #expect(placed(image, .square(64)).0 == image)
    }

    @Test func `half the size is the rounded mean of four pixels`() {
        let image = noise(128, 64)
        let canvas = placed(image, .square(64)).0
        for y in 0..<32 {
            for x in 0..<64 {
                for channel in 0..<3 {
                    let sum = [0, 3, 384, 387].reduce(0) {
                        $0 + Int(image.pixels[y * 768 + x * 6 + channel + $1])
                    }
                    #expect(Int(canvas.pixels[(y * 64 + x) * 3 + channel]) == (sum + 2) / 4)
                }
            }
        }
    }

    @Test(arguments: [0.0, 0.5, 1.5])
    func `the rest of the canvas is black and the picture lies where the placement says`(border: Double) {
        let (canvas, placement) = placed(
            Image(width: 90, height: 50, color: .white), .square(96), border: border)
        for y in 0..<96 {
            for x in 0..<96 {
                let inside =
                    (placement.left..<placement.left + placement.width).contains(x)
                    && (placement.top..<placement.top + placement.height).contains(y)
                #expect(canvas[x, y] == (inside ? .white : .black))
            }
        }
    }

    @Test func `a picture of another shape is the resized one on black`() {
        for (width, height) in [(1, 1), (1, 7), (33, 20), (100, 61), (255, 254), (7, 400)] {
            let image = noise(width, height)
            let (canvas, placement) = placed(image, CanvasSize(width: 96, height: 64))
            let plain = image.resized(width: placement.width, height: placement.height).padded(
                right: 96 - placement.width, bottom: 64 - placement.height)
            #expect(canvas == plain, "\(width)x\(height)")
        }
    }

    @Test(arguments: [
        (640, 480, 640, 480), (640, 481, 640, 640), (1_280, 720, 640, 480), (100, 300, 320, 640),
        (9, 9, 640, 640),
    ])
    func `a canvas is trimmed to quarters of its sides`(width: Int, height: Int, columns: Int, rows: Int) {
        let canvas = CanvasSize.square(640)
        let placement = Placement(imageWidth: width, imageHeight: height, on: canvas)
        #expect(canvas.trimmed(to: placement) == CanvasSize(width: columns, height: rows))
    }

    @Test func `a trimmed canvas holds all of a picture with a border`() {
        for side in [64, 96, 320, 640, 992] {
            for (width, height) in [(10, 10), (31, 7), (640, 480), (5, 4_000)] {
                for border in [0.0, 0.5, 1.5] {
                    let canvas = CanvasSize.square(side)
                    let placement = Placement(
                        imageWidth: width, imageHeight: height, on: canvas, border: border)
                    let trimmed = canvas.trimmed(to: placement)
                    #expect(trimmed.width >= placement.left + placement.width && trimmed.width <= side)
                    #expect(trimmed.height >= placement.top + placement.height && trimmed.height <= side)
                }
            }
        }
    }

    /// `cv2.resize(image, (8, 32))` of the 4x16 picture whose byte i is (i * 37) % 256, first row, last row.
    @Test func `an enlarged picture has OpenCV's very bytes`() {
        let image = Image(width: 4, height: 16, pixels: (0..<192).map { UInt8($0 * 37 % 256) })
        let canvas = placed(image, CanvasSize(width: 64, height: 32)).0
        #expect(Array(canvas.pixels[0..<24]) == OpenCVBytes.firstRow)
        #expect(Array(canvas.pixels[(31 * 64 * 3)..<(31 * 64 * 3 + 24)]) == OpenCVBytes.lastRow)
        #expect(Array(canvas.pixels[(13 * 64 * 3)..<(13 * 64 * 3 + 24)]) == OpenCVBytes.row13)
    }
}
