import Imaging
import TestKit
import Testing

/// Pictures that are decoded to planes, and those that are not: looking at them gives the pixels of a plain
/// decode.
@Suite struct DecodedPictureTests {
    private static let files: [(name: String, bytes: [UInt8])] =
        JPEGSample.large.map { ($0.name, $0.bytes) } + [
            ("baseline, chroma halved both ways", Pattern.noise(150, 110).jpeg(quality: 80)),
            ("longer than a block of the kernels", Pattern.noise(1_030, 21).jpeg(quality: 85)),
            ("odd sides", Pattern.noise(17, 33).jpeg(quality: 85)),
            ("four columns", Pattern.noise(4, 9).jpeg(quality: 85)),
            ("five columns", Pattern.noise(5, 3).jpeg(quality: 85)),
            ("one pixel", Pattern.noise(1, 1).jpeg(quality: 85)),
            ("a wide file", Pattern.noise(401, 33).jpeg(quality: 90)),
            ("CMYK", JPEGSample.cmyk.bytes), ("grey", JPEGSample.grey.bytes),
            ("PNG", Pattern.noise(70, 50).png()),
            ("interlaced PNG", PNGBuilder(width: 37, height: 29, isInterlaced: true).bytes),
            ("PNG with alpha", PNGBuilder(width: 37, height: 29, kind: .rgba).bytes),
        ]

    private func source(_ index: Int, orientation: Int) throws -> SourceImage {
        var bytes = Self.files[index].bytes
        if bytes[0] == 0xFF { bytes = inserting(ExifBuilder(value: orientation).segment, into: bytes) }
        return try SourceImage(bytes: bytes)
    }

    @Test(arguments: files.indices, [1, 2, 6, 7])
    func `a region equals the crop of the whole`(index: Int, orientation: Int) throws {
        let source = try source(index, orientation: orientation)
        let (whole, picture) = (try source.decode(), try source.decodePicture())
        #expect(picture.width == source.width && picture.height == source.height)
        let everything = PixelRegion(x: 0, y: 0, width: source.width, height: source.height)
        #expect(picture.cropped(to: everything) == whole, "\(Self.files[index].name)")
        var random = SeededGenerator(seed: 5)
        for _ in 0..<150 {
            let x = Int.random(in: 0..<source.width, using: &random)
            let y = Int.random(in: 0..<source.height, using: &random)
            let region = PixelRegion(
                x: x, y: y, width: .random(in: 1...source.width - x, using: &random),
                height: .random(in: 1...source.height - y, using: &random))
            #expect(
                picture.cropped(to: region) == whole.cropped(to: region),
                "\(Self.files[index].name) \(region)")
        }
    }

    @Test(arguments: files.indices, [(7, 5), (64, 48), (1, 1), (300, 200)])
    func `a resized picture equals the resized whole`(index: Int, size: (width: Int, height: Int)) throws {
        let source = try source(index, orientation: 1)
        let picture = try source.decodePicture().resized(width: size.width, height: size.height)
        #expect(picture == (try source.decode().resized(width: size.width, height: size.height)))
    }

    /// Mirroring a picture before it is resized may round the other way.
    @Test(arguments: [2, 3, 6, 8])
    func `a turned picture is resized upright`(orientation: Int) throws {
        let source = try source(3, orientation: orientation)
        let resized = try source.decodePicture().resized(width: 40, height: 30)
        let expected = try source.decode().resized(width: 40, height: 30)
        #expect(difference(resized.pixels, expected.pixels).largest <= 1)
    }

    @Test func `a damaged file is an error however it is decoded`() throws {
        let bytes = Pattern.noise(150, 110).jpeg(quality: 80)
        let source = try SourceImage(bytes: Array(bytes[..<(bytes.count / 2)]))
        #expect(throws: ImagingError.self) { try source.decode() }
        #expect(throws: ImagingError.self) { try source.decodePicture() }
    }
}
