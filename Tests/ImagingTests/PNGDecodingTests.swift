import Imaging
import Testing

@Suite struct PNGDecodingTests {
    private static let palette: [UInt8] = (0..<16).flatMap { (index: UInt8) -> [UInt8] in
        [index * 17, 255 - index * 9, index * 5]
    }

    struct Variety: Sendable, CustomTestStringConvertible {
        let kind: PNGBuilder.Kind
        let depth: Int
        let isInterlaced: Bool
        var testDescription: String { "\(kind), \(depth) bit\(isInterlaced ? ", interlaced" : "")" }
    }

    static let varieties = PNGBuilder.Kind.allCases.flatMap { kind in
        kind.depths.flatMap { depth in
            [false, true].map { Variety(kind: kind, depth: depth, isInterlaced: $0) }
        }
    }

    private func builder(_ variety: Variety, width: Int, height: Int) -> PNGBuilder {
        let isPalette = variety.kind == .palette
        let most = isPalette ? min(1 << variety.depth, 16) : 1 << variety.depth
        return PNGBuilder(
            width: width, height: height, depth: variety.depth, kind: variety.kind,
            isInterlaced: variety.isInterlaced,
            palette: isPalette ? Array(Self.palette.prefix(most * 3)) : [],
            sample: { x, y, c in (x * 12_345 + y * 777 + c * 9_876 + x * y * 31) % most })
    }

    /// The colour that the PNG specification gives a sample, with 16 bits cut to 8 and transparency over
    /// white.
    private func expected(_ builder: PNGBuilder, _ x: Int, _ y: Int) -> PixelColor {
        let values = (0..<builder.kind.channels).map { channel in
            let value = builder.sample(x, y, channel)
            return builder.depth == 16 ? value >> 8 : value * 255 / ((1 << builder.depth) - 1)
        }
        func color(_ rgb: [Int], alpha: Int = 255) -> PixelColor {
            let over = rgb.map { UInt8((Double($0 * alpha + 255 * (255 - alpha)) / 255).rounded()) }
            return PixelColor(red: over[0], green: over[1], blue: over[2])
        }
        switch builder.kind {
        case .grey: return color([values[0], values[0], values[0]])
        case .rgb: return color(values)
        case .palette: return color((0..<3).map { Int(Self.palette[builder.sample(x, y, 0) * 3 + $0]) })
        case .greyAlpha: return color([values[0], values[0], values[0]], alpha: values[1])
        case .rgba: return color(Array(values.prefix(3)), alpha: values[3])
        }
    }

    @Test(arguments: varieties)
    func `every colour type and depth decodes exactly`(variety: Variety) throws {
        for (width, height) in [(1, 1), (5, 4), (13, 11)] {
            let builder = builder(variety, width: width, height: height)
            let source = try SourceImage(bytes: builder.bytes)
            #expect(source.width == width && source.height == height)
            let image = try source.decode()
            for y in 0..<height {
                for x in 0..<width { #expect(image[x, y] == expected(builder, x, y), "(\(x), \(y))") }
            }
        }
    }

    @Test func `a transparent grey value shows white`() throws {
        let builder = PNGBuilder(
            width: 4, height: 1, depth: 2, kind: .grey, transparency: [0, 2], sample: { x, _, _ in x })
        let image = try SourceImage(bytes: builder.bytes).decode()
        #expect(image.pixels == [0, 0, 0, 85, 85, 85, 255, 255, 255, 255, 255, 255])
    }

    @Test func `a transparent RGB value shows white`() throws {
        let builder = PNGBuilder(
            width: 2, height: 1, transparency: [0, 10, 0, 11, 0, 12], sample: { x, _, c in 10 + c + x })
        #expect(try SourceImage(bytes: builder.bytes).decode().pixels == [255, 255, 255, 11, 12, 13])
    }

    @Test func `palette entries may be partly transparent`() throws {
        let builder = PNGBuilder(
            width: 3, height: 1, depth: 8, kind: .palette, palette: [10, 20, 30, 40, 50, 60, 70, 80, 90],
            transparency: [0, 128], sample: { x, _, _ in x })
        #expect(
            try SourceImage(bytes: builder.bytes).decode().pixels == [
                255, 255, 255, 147, 152, 157, 70, 80, 90,
            ])
    }

    @Test func `a file by Pillow with alpha lies over white`() throws {
        let bytes = decoded(
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAYAAAC09K7GAAAAGklEQVR4nGNkYDjBEMDAEArDLAwVDCgAQwAAivMDsYXw1eUAAAAASUVORK5CYII="
        )
        #expect(
            try SourceImage(bytes: bytes).decode().pixels == [
                255, 255, 255, 197, 170, 237, 192, 85, 218, 240, 0, 200, 255, 255, 255, 197, 210, 237, 192,
                165, 218,
                240, 120, 200, 255, 255, 255, 197, 250, 237, 192, 245, 218, 240, 240, 200,
            ])
    }

    @Test func `a 16-bit file by OpenCV reads as OpenCV reads it`() throws {
        let bytes = decoded(
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADEAIAAABrBuXSAAAAQ0lEQVQIHQXBsQnCUABAQb8g6azyJhACThIQ7OzSZbp0qZztSr0b93V6Xd5JkiQZ+2NbPs8kSZKM7++8HrfMZkmS/AGTByHOKgmU6wAAAABJRU5ErkJggg=="
        )
        #expect(
            try SourceImage(bytes: bytes).decode().pixels == [
                14, 7, 0, 35, 28, 21, 56, 49, 42, 77, 70, 63, 98, 91, 84, 119, 112, 105, 140, 133, 126, 161,
                154, 147,
                181, 175, 168, 202, 195, 188, 223, 216, 209, 244, 237, 230,
            ])
    }

    @Test func `chunks about colour and text change nothing`() throws {
        var builder = PNGBuilder()
        let plain = try SourceImage(bytes: builder.bytes).decode()
        builder.chunksBefore = [
            ("gAMA", [0, 0, 0x80, 0]), ("iCCP", [65, 0, 0, 1, 2, 3]), ("tEXt", Array("a\0b".utf8)),
            ("zTXt", [65, 0, 0, 9]),
            ("prVt", [1, 2, 3]),
        ]
        builder.chunksAfter = [("tIME", [1]), ("eXIf", [])]
        #expect(try SourceImage(bytes: builder.bytes).decode() == plain)
    }

    @Test func `our own file comes back as it was`() throws {
        for image in [Pattern.noise(33, 21), Pattern.smooth(1, 9), Pattern.smooth(300, 2)] {
            #expect(try SourceImage(bytes: image.png()).decode() == image)
        }
    }

    @Test func `bytes behind the end chunk are tolerated`() throws {
        let builder = PNGBuilder()
        let plain = try SourceImage(bytes: builder.bytes).decode()
        #expect(try SourceImage(bytes: builder.bytes + [1, 2, 3]).decode() == plain)
    }
}
