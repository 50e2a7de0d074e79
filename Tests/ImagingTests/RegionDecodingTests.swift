import Imaging
import TestKit
import Testing

@Suite struct RegionDecodingTests {
    private static let files: [(name: String, bytes: [UInt8])] =
        JPEGSample.large.map { ($0.name, $0.bytes) } + [
            ("baseline, chroma halved both ways", Pattern.noise(150, 110).jpeg(quality: 80)),
            ("a wide file", Pattern.noise(401, 33).jpeg(quality: 90)),
            ("CMYK", JPEGSample.cmyk.bytes), ("grey", JPEGSample.grey.bytes),
            ("PNG", Pattern.noise(70, 50).png()),
            ("interlaced PNG", PNGBuilder(width: 37, height: 29, isInterlaced: true).bytes),
            ("PNG with alpha", PNGBuilder(width: 37, height: 29, kind: .rgba).bytes),
        ]

    @Test(arguments: files.indices, [1, 2, 6, 7])
    func `a region equals the crop of the whole`(index: Int, orientation: Int) throws {
        var bytes = Self.files[index].bytes
        if bytes[0] == 0xFF { bytes = inserting(ExifBuilder(value: orientation).segment, into: bytes) }
        let source = try SourceImage(bytes: bytes)
        let whole = try source.decode()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<150 {
            let x = Int.random(in: 0..<source.width, using: &random)
            let y = Int.random(in: 0..<source.height, using: &random)
            let region = PixelRegion(
                x: x, y: y, width: .random(in: 1...source.width - x, using: &random),
                height: .random(in: 1...source.height - y, using: &random))
            #expect(
                try source.decode(region: region) == whole.cropped(to: region),
                "\(Self.files[index].name) \(region)")
        }
    }

    @Test func `a region over the edge is clipped`() throws {
        let source = try SourceImage(bytes: Pattern.noise(20, 10).png())
        let image = try source.decode(region: PixelRegion(x: -5, y: 6, width: 12, height: 100))
        #expect(image == Pattern.noise(20, 10).cropped(to: PixelRegion(x: 0, y: 6, width: 7, height: 4)))
        let everything = PixelRegion(x: -1_000, y: -1_000, width: Int.max, height: Int.max)
        #expect(try source.decode(region: everything) == Pattern.noise(20, 10))
    }

    @Test(arguments: [(20, 0, 5, 5), (-5, 0, 5, 5), (0, 10, 5, 5), (3, 3, 0, 5), (Int.max, 0, 9, 9)])
    func `a region without a pixel of the picture is an error`(x: Int, y: Int, width: Int, height: Int) throws
    {
        let source = try SourceImage(bytes: Pattern.noise(20, 10).png())
        let region = PixelRegion(x: x, y: y, width: width, height: height)
        #expect(throws: ImagingError.regionOutside(region, width: 20, height: 10)) {
            try source.decode(region: region)
        }
    }
}
