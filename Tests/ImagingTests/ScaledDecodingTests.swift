import Imaging
import Testing

@Suite struct ScaledDecodingTests {
    private static let picture = Pattern.smooth(163, 98)
    private static let bytes = picture.jpeg(quality: 95)

    @Test(arguments: [
        (163, 98, 1), (83, 10, 1), (82, 49, 2), (10, 50, 1), (42, 25, 2), (41, 25, 4), (21, 13, 8), (1, 1, 8),
        (999, 999, 1),
    ])
    func `the smallest scale that covers is taken`(width: Int, height: Int, denominator: Int) throws {
        let scaled = try SourceImage(bytes: Self.bytes).decode(coveringWidth: width, height: height)
        #expect(scaled.scaleX == 1 / Double(denominator) && scaled.scaleY == scaled.scaleX)
        #expect(scaled.image.width == (163 + denominator - 1) / denominator)
        #expect(scaled.image.height == (98 + denominator - 1) / denominator)
    }

    @Test func `a reduced pixel is the mean of those it stands for`() throws {
        let scaled = try SourceImage(bytes: Self.bytes).decode(coveringWidth: 40, height: 24)
        let whole = try SourceImage(bytes: Self.bytes).decode()
        for (x, y) in [(0, 0), (7, 3), (20, 20), (39, 23)] {
            let block = whole.cropped(to: PixelRegion(x: x * 4, y: y * 4, width: 4, height: 4))
            let mean = block.channelSums.map { $0 / 16 }
            #expect(Sample(x, y, mean[0], mean[1], mean[2]).distance(in: scaled.image) <= 4)
        }
    }

    @Test func `a turned picture covers in upright coordinates`() throws {
        let turned = inserting(ExifBuilder(value: 6).segment, into: Self.bytes)
        let scaled = try SourceImage(bytes: turned).decode(coveringWidth: 49, height: 81)
        #expect(scaled.image.width == 49 && scaled.image.height == 82)
    }

    @Test func `PNG is decoded at full size`() throws {
        let scaled = try SourceImage(bytes: Self.picture.png()).decode(coveringWidth: 1, height: 1)
        #expect(scaled.image == Self.picture && scaled.scaleX == 1 && scaled.scaleY == 1)
    }
}
