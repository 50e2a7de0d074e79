import Faces
import Imaging
import TestKit
import Testing

/// A photograph of 12 megapixels as a telephone writes it: JPEG, colours at half the resolution, a texture
/// down to the single pixel. Made here, from the portrait of the self-test.
@Suite struct LargePhotographTests {
    private let pipeline: FacePipeline

    init() throws {
        pipeline = FacePipeline(detector: try FaceDetector(), embedder: try FaceEmbedder())
    }

    /// The portrait, `side` pixels wide, on a wall; grain over all of it.
    private func photograph(side: Int) throws -> [UInt8] {
        let (width, height) = (4_000, 3_000)
        let portrait = try SelfTestPictures.portrait().decode().resized(width: side, height: side)
        var random = SeededGenerator(seed: 12)
        let grain = (0..<8_192).map { _ in Int.random(in: -9...9, using: &random) }
        let (left, top) = ((width - side) / 2, (height - side) / 3)
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        pixels.withUnsafeMutableBufferPointer { pixels in
            portrait.pixels.withUnsafeBufferPointer { portrait in
                for y in 0..<height {
                    let shift = y * 2_477 % 8_192
                    for x in 0..<width {
                        let isFace = (left..<left + side).contains(x) && (top..<top + side).contains(y)
                        for c in 0..<3 {
                            let level =
                                isFace ? Int(portrait[((y - top) * side + x - left) * 3 + c]) : 96 + y / 40
                            let noisy = level + grain[(x * 3 + c + shift) % 8_192]
                            pixels[(y * width + x) * 3 + c] = UInt8(clamping: noisy)
                        }
                    }
                }
            }
        }
        return Image(width: width, height: height, pixels: pixels).jpeg(quality: 90)
    }

    @Test(arguments: [2_400, 700])
    func `its faces are those of all its pixels`(side: Int) throws {
        let source = try SourceImage(bytes: try photograph(side: side))
        let crops = try pipeline.detectAndCrop(in: source)
        let whole = DecodedPicture(try source.decode())
        let expected = try pipeline.crops(
            of: try pipeline.detector.detect(in: whole, mayBeTurned: true), in: whole)
        #expect(crops.count == 1 && expected.count == 1)
        let canvasPixel = Float(4_000 / 640)
        for (point, other) in zip(crops[0].face.landmarks, expected[0].face.landmarks) {
            #expect(point.distance(to: other) < canvasPixel)
        }
        let vectors = try pipeline.embedder.embed([crops[0].image, expected[0].image]).map(\.vector)
        #expect(zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 } > 0.999)
    }

    /// The same face whatever the photograph's size: what a large one has more is grain.
    @Test func `its face is the portrait's`() throws {
        let large = try pipeline.detectAndCrop(in: try SourceImage(bytes: try photograph(side: 2_400)))
        let small = try pipeline.detectAndCrop(in: try SelfTestPictures.portrait())
        let vectors = try pipeline.embedder.embed([
            try #require(large.first).image, try #require(small.first).image,
        ])
        .map(\.vector)
        #expect(zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 } > 0.8)
    }
}
