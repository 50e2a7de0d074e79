import Imaging
import Testing

@Suite struct OrientationTests {
    /// The letter F in the upright picture, and as each orientation stores it.
    private static let upright = ["###", "#..", "##.", "#..", "#.."]
    private static let stored: [Orientation: [String]] = [
        .upright: upright,
        .mirrored: ["###", "..#", ".##", "..#", "..#"],
        .halfTurn: ["..#", "..#", ".##", "..#", "###"],
        .flipped: ["#..", "#..", "##.", "#..", "###"],
        .transposed: ["#####", "#.#..", "#...."],
        .quarterTurnClockwise: ["#....", "#.#..", "#####"],
        .transversed: ["....#", "..#.#", "#####"],
        .quarterTurnCounterclockwise: ["#####", "..#.#", "....#"],
    ]

    private func picture(_ rows: [String]) -> Image {
        let cells = rows.map(Array.init)
        return Pattern.picture(cells[0].count, cells.count) { x, y, _ in cells[y][x] == "#" ? 200 : 10 }
    }

    private func file(_ orientation: Orientation, littleEndian: Bool = true) -> [UInt8] {
        var builder = PNGBuilder()
        let picture = picture(Self.stored[orientation]!)
        builder.width = picture.width
        builder.height = picture.height
        builder.sample = { x, y, _ in Int(picture[x, y].red) }
        builder.chunksBefore = [
            ("eXIf", ExifBuilder(isLittleEndian: littleEndian, value: orientation.rawValue).tiff)
        ]
        return builder.bytes
    }

    @Test(arguments: Orientation.allCases)
    func `a PNG file with the orientation decodes upright`(orientation: Orientation) throws {
        let source = try SourceImage(bytes: file(orientation))
        #expect(source.orientation == orientation && source.carriesOrientation)
        #expect(source.width == 3 && source.height == 5)
        #expect(try source.decode() == picture(Self.upright))
    }

    @Test(arguments: Orientation.allCases)
    func `regions are cut in upright coordinates`(orientation: Orientation) throws {
        let source = try SourceImage(bytes: file(orientation))
        for region in [(0, 0, 2, 3), (1, 2, 2, 1), (2, 4, 1, 1), (0, 1, 3, 4)] {
            let region = PixelRegion(x: region.0, y: region.1, width: region.2, height: region.3)
            #expect(
                try source.decodePicture().cropped(to: region) == picture(Self.upright).cropped(to: region))
        }
    }

    @Test(arguments: Orientation.allCases, [true, false])
    func `a JPEG file with the orientation decodes upright`(orientation: Orientation, littleEndian: Bool)
        throws
    {
        let upright = Pattern.smooth(40, 24)
        let inverse: Orientation =
            switch orientation {
            case .quarterTurnClockwise: .quarterTurnCounterclockwise
            case .quarterTurnCounterclockwise: .quarterTurnClockwise
            default: orientation  // the others undo themselves
            }
        let exif = ExifBuilder(isLittleEndian: littleEndian, value: orientation.rawValue)
        let bytes = inserting(exif.segment, into: upright.turnedUpright(from: inverse).jpeg(quality: 95))
        let source = try SourceImage(bytes: bytes)
        #expect(source.orientation == orientation && source.carriesOrientation)
        #expect(source.width == 40 && source.height == 24)
        #expect(difference(try source.decode().pixels, upright.pixels).mean < 4)
    }

    @Test func `a file without EXIF data carries no orientation`() throws {
        let source = try SourceImage(bytes: Pattern.smooth(8, 8).jpeg())
        #expect(source.orientation == .upright && !source.carriesOrientation)
    }

    @Test func `an upright file that says so carries its orientation`() throws {
        let source = try SourceImage(
            bytes: inserting(ExifBuilder(value: 1).segment, into: Pattern.smooth(8, 8).jpeg()))
        #expect(source.orientation == .upright && source.carriesOrientation)
    }

    @Test func `a PNG file by Pillow with EXIF data behind a prefix or not is turned`() throws {
        let bytes = decoded(
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAAAVSURBVHicY+QSkWNgYGBgYGBigAEABGAAQHmodmoAAAAASUVORK5CYII="
        )
        #expect(try SourceImage(bytes: bytes).orientation == .quarterTurnClockwise)
        var builder = PNGBuilder()
        builder.chunksAfter = [("eXIf", Array("Exif\0\0".utf8) + ExifBuilder(value: 3).tiff)]
        #expect(try SourceImage(bytes: builder.bytes).orientation == .halfTurn)
    }
}
