import Faces
import Imaging
import TestKit
import Testing

@Suite struct FaceAlignerTests {
    private let aligner = FaceAligner(template: AlignmentTemplate.arcFace, width: 112, height: 112)

    /// Smooth colours, so that resampling changes little.
    private func gradient(width: Int, height: Int) -> Image {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                pixels += [
                    UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8((x + y) * 255 / (width + height)),
                ]
            }
        }
        return Image(width: width, height: height, pixels: pixels)
    }

    /// The template's face, `scale` times as large and moved.
    private func face(scale: Float, x: Float, y: Float) -> DetectedFace {
        DetectedFace(
            box: Box(x: x, y: y, width: 112 * scale, height: 112 * scale), score: 1,
            landmarks: AlignmentTemplate.arcFace.map { Point(x: $0.x * scale + x, y: $0.y * scale + y) })
    }

    private func largestDifference(_ a: Image, _ b: Image) -> Int {
        zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }

    @Test func `a face that already fits is copied pixel by pixel`() throws {
        let image = gradient(width: 300, height: 200)
        let crop = try aligner.crop(face(scale: 1, x: 50, y: 30), from: image)
        let expected = image.cropped(to: PixelRegion(x: 50, y: 30, width: 112, height: 112))
        #expect(largestDifference(crop.image, expected) <= 1)
        for (a, b) in zip(crop.landmarks, AlignmentTemplate.arcFace) { #expect(a.distance(to: b) < 1e-3) }
    }

    @Test(arguments: [Float(0.5), 1.3, 1.9, 2.5, 4.2])
    func `the region holds all that the crop is made of`(scale: Float) throws {
        let image = gradient(width: 900, height: 700)
        let face = face(scale: scale, x: 101.3, y: 57.8)
        let region = try aligner.region(for: face, imageWidth: 900, imageHeight: 700)
        let whole = try aligner.crop(face, from: image)
        let part = try aligner.crop(face, from: image.cropped(to: region), x: region.x, y: region.y)
        #expect(largestDifference(whole.image, part.image) <= 1)
        #expect(whole.landmarks == part.landmarks && whole.transform == part.transform)
        #expect(Float(region.width) < 112 * scale + 4 + 2 * max(1, scale))
    }

    @Test func `a large face is averaged, not sampled`() throws {
        // A chessboard of single pixels: sampling shows black and white, averaging shows grey.
        let side = 800
        let pixels = (0..<side * side).flatMap { index -> [UInt8] in
            let value: UInt8 = (index % side + index / side) % 2 == 0 ? 0 : 255
            return [value, value, value]
        }
        let crop = try aligner.crop(
            face(scale: 5.5, x: 60, y: 40), from: Image(width: side, height: side, pixels: pixels))
        #expect(crop.image.pixels.allSatisfy { (100...156).contains($0) })
    }

    @Test(arguments: [Float(2.1), 3.7, 8.4])
    func `averaging does not move the face`(scale: Float) throws {
        // A bright spot on the nose of a black picture.
        let face = face(scale: scale, x: 23, y: 11)
        var image = Image(width: 1_000, height: 1_000, color: .black)
        let radius = Int(2 * scale)
        let (cx, cy) = (Int(face.landmarks[2].x.rounded()), Int(face.landmarks[2].y.rounded()))
        for y in cy - radius...cy + radius {
            for x in cx - radius...cx + radius {
                for channel in 0..<3 { image.pixels[(y * 1_000 + x) * 3 + channel] = 255 }
            }
        }
        let centre = brightness(of: try aligner.crop(face, from: image).image)
        #expect(centre.distance(to: AlignmentTemplate.arcFace[2]) < 0.3)
    }

    private func brightness(of image: Image) -> Point {
        var (sum, sumX, sumY) = (Float(0), Float(0), Float(0))
        for y in 0..<image.height {
            for x in 0..<image.width {
                let value = Float(image.pixels[(y * image.width + x) * 3])
                (sum, sumX, sumY) = (sum + value, sumX + value * Float(x), sumY + value * Float(y))
            }
        }
        return Point(x: sumX / sum, y: sumY / sum)
    }

    @Test func `what lies outside the picture is black`() throws {
        let crop = try aligner.crop(
            face(scale: 1, x: -56, y: 0), from: Image(width: 200, height: 200, color: .white))
        #expect(crop.image[10, 50] == .black && crop.image[100, 50] == .white)
    }

    @Test func `a face beside the picture has no region`() {
        #expect(throws: FacesError.self) {
            try aligner.region(for: face(scale: 1, x: 500, y: 0), imageWidth: 200, imageHeight: 200)
        }
    }
}
