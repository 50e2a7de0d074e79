import Foundation
import Imaging
import TestKit
import Testing

/// Real photographs, held against what OpenCV makes of them.
@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason)) struct PhotographTests {
    private func source(_ name: String) throws -> SourceImage {
        try SourceImage(
            bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("images/" + name)))))
    }

    private func check(_ image: Image, _ samples: [Sample], sums: [Int], tolerance: Double = 0.05) {
        for sample in samples { #expect(sample.distance(in: image) <= 1, "\(sample)") }
        let count = Double(image.width * image.height)
        for (sum, expected) in zip(image.channelSums, sums) {
            #expect(abs(Double(sum - expected)) / count < tolerance)
        }
    }

    @Test func `a photograph in JPEG decodes as in OpenCV`() throws {
        let image = try source("t1.jpg").decode()
        #expect(image.width == 1280 && image.height == 886)
        check(
            image,
            [
                Sample(0, 0, 206, 172, 126), Sample(1279, 885, 12, 43, 45), Sample(640, 443, 226, 206, 182),
                Sample(426, 221, 163, 119, 94), Sample(256, 883, 55, 46, 37), Sample(1273, 126, 183, 113, 54),
                Sample(17, 443, 219, 156, 105),
            ], sums: [179_548_712, 136_733_261, 103_309_155])
        #expect(abs(image.laplacianVariance() - 207.48) < 0.1)
    }

    @Test func `a photograph in PNG decodes as in OpenCV`() throws {
        let image = try source("Tom_Hanks_54745.png").decode()
        #expect(image.width == 112 && image.height == 112)
        #expect(image.channelSums == [1_495_368, 1_495_368, 1_495_368])
        #expect(image[37, 28] == .grey(150) && image[105, 16] == .grey(152) && image[22, 109] == .grey(16))
        #expect(abs(image.laplacianVariance() - 560.0998931719531) < 1e-6)
    }

    @Test func `a resized photograph is as OpenCV's`() throws {
        let image = try source("t1.jpg").decode()
        check(
            try source("t1.jpg").decodePicture().resized(width: 640, height: 443),
            [
                Sample(0, 0, 206, 172, 126), Sample(639, 442, 10, 41, 43), Sample(320, 221, 227, 207, 183),
                Sample(100, 50, 95, 104, 90), Sample(555, 333, 123, 122, 105),
            ], sums: [44_925_052, 34_220_387, 25_866_174], tolerance: 0.15)
        check(
            image.resized(width: 911, height: 701),
            [
                Sample(910, 700, 11, 42, 44), Sample(320, 221, 216, 180, 137), Sample(100, 50, 131, 119, 97),
                Sample(555, 333, 229, 199, 175),
            ], sums: [101_033_339, 76_923_930, 58_101_930], tolerance: 0.15)
    }

    @Test func `a region of a photograph equals the crop`() throws {
        let source = try source("t1.jpg")
        let image = try source.decode()
        for (x, y, width, height) in [
            (317, 205, 131, 97), (0, 600, 77, 286), (1100, 3, 180, 181), (500, 500, 1, 1),
        ] {
            let region = PixelRegion(x: x, y: y, width: width, height: height)
            #expect(try source.decodePicture().cropped(to: region) == image.cropped(to: region))
        }
    }
}
