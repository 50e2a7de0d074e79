import Imaging
import TestKit
import Testing

@Suite struct ExifOrientationTests {
    private static let jpeg = Pattern.smooth(8, 8).jpeg()

    private func orientation(_ tiff: [UInt8]) throws -> Orientation? {
        let source = try SourceImage(bytes: inserting(ExifBuilder.segment(containing: tiff), into: Self.jpeg))
        return source.carriesOrientation ? source.orientation : nil
    }

    @Test func `the value may be a short or a long number`() throws {
        #expect(try orientation(ExifBuilder(value: 6).tiff) == .quarterTurnClockwise)
        #expect(try orientation(ExifBuilder(type: 4, value: 6).tiff) == .quarterTurnClockwise)
        #expect(
            try orientation(ExifBuilder(isLittleEndian: false, type: 4, value: 8).tiff)
                == .quarterTurnCounterclockwise)
    }

    @Test(arguments: [
        ExifBuilder(value: 0), ExifBuilder(value: 9), ExifBuilder(value: 65_535),
        ExifBuilder(type: 2, value: 6),
        ExifBuilder(count: 2, value: 6), ExifBuilder(count: 0, value: 6), ExifBuilder(tag: 0x0113, value: 6),
        ExifBuilder(value: 6, directory: 0xFFFF_FFFF), ExifBuilder(value: 6, directory: 1_000),
        ExifBuilder(value: 6, claimedEntries: 0), ExifBuilder(value: 6, claimedEntries: 1),
        ExifBuilder(tag: 0x0113, value: 6, claimedEntries: 65_535),
    ])
    func `a malformed structure states nothing`(exif: ExifBuilder) throws {
        #expect(try orientation(exif.tiff) == nil)
    }

    @Test func `every truncation of the structure is harmless`() throws {
        let whole = ExifBuilder(isLittleEndian: false, value: 6).tiff
        let valueEnd = whole.count - 6  // behind the short number; padding and the next directory follow
        for length in 1...whole.count {
            #expect(
                try orientation(Array(whole.prefix(length)))
                    == (length >= valueEnd ? .quarterTurnClockwise : nil))
        }
    }

    @Test func `the first structure counts and foreign segments are passed over`() throws {
        let foreign: [UInt8] = [0xFF, 0xE1, 0, 8] + Array("http:/".utf8)
        let segments = foreign + ExifBuilder(value: 3).segment + ExifBuilder(value: 6).segment
        #expect(try SourceImage(bytes: inserting(segments, into: Self.jpeg)).orientation == .halfTurn)
    }

    @Test func `random structures never trap`() throws {
        var random = SeededGenerator(seed: 11)
        var found = 0
        for _ in 0..<5_000 {
            var tiff = ExifBuilder(isLittleEndian: .random(using: &random), value: 6).tiff
            for _ in 0..<3 {
                tiff[Int.random(in: 2..<tiff.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if try orientation(tiff) != nil { found += 1 }
        }
        #expect((100..<5_000).contains(found))
    }
}
