import Faces
import Imaging
import TestKit
import Testing

@Suite struct FaceQualityTests {
    private func quality(of image: Image) -> FaceQuality {
        let crop = AlignedCrop(
            image: image, face: .made(x: 10, y: 20, width: 90, height: 120),
            landmarks: AlignmentTemplate.arcFace,
            transform: .identity)
        return FaceQuality(of: crop, embeddingNorm: 12.5)
    }

    @Test func `blur makes a crop less sharp, a flat one has no sharpness`() {
        var random = SeededGenerator(seed: 7)
        let noise = Image(
            width: 112, height: 112,
            pixels: (0..<112 * 112 * 3).map { _ in .random(in: 0...255, using: &random) })
        let blurred = noise.averaged(by: 2).resized(width: 112, height: 112)
        let moreBlurred = noise.averaged(by: 4).resized(width: 112, height: 112)
        let sharpness = [noise, blurred, moreBlurred].map { quality(of: $0).sharpness }
        #expect(sharpness[0] > 2 * sharpness[1] && sharpness[1] > 2 * sharpness[2])
        #expect(quality(of: Image(width: 112, height: 112, color: .grey(99))).sharpness == 0)
    }

    @Test func `size is the shorter side of the box and the norm is passed on`() {
        let quality = quality(of: Image(width: 112, height: 112, color: .black))
        #expect(quality.faceSize == 90 && quality.embeddingNorm == 12.5)
        #expect(abs(quality.roll) < 0.01)
    }
}
