import Imaging
import TestKit
import Testing

@Suite struct DamagedImageTests {
    private static let sound: [(name: String, bytes: [UInt8])] = [
        ("baseline", Pattern.smooth(24, 17).jpeg()),
        ("progressive", JPEGSample.progressive.bytes),
        ("CMYK", JPEGSample.cmyk.bytes),
        ("PNG", Pattern.smooth(9, 7).png()),
        ("interlaced", PNGBuilder(width: 9, height: 7, kind: .rgba, isInterlaced: true).bytes),
        (
            "palette",
            PNGBuilder(
                width: 9, height: 7, depth: 4, kind: .palette, palette: [UInt8](repeating: 9, count: 48),
                transparency: [1, 2], sample: { x, y, _ in (x + y) & 15 }
            ).bytes
        ),
    ]

    @Test(arguments: sound.indices)
    func `a file cut anywhere is an error`(index: Int) throws {
        let bytes = Self.sound[index].bytes
        #expect(throws: Never.self) { try SourceImage(bytes: bytes).decode() }
        for length in bytes.indices {
            #expect(throws: ImagingError.self, "\(Self.sound[index].name), \(length) bytes") {
                try SourceImage(bytes: Array(bytes.prefix(length))).decode()
            }
        }
    }

    @Test func `a wrong checksum is an error`() {
        var bytes = PNGBuilder().bytes
        bytes[bytes.count - 20] ^= 1  // within the compressed data
        #expect(throws: ImagingError.self) { try SourceImage(bytes: bytes).decode() }
    }

    /// What came of trying every way to decode: whether the header was accepted, and whether the pixels were.
    private func attempt(_ bytes: [UInt8], _ random: inout SeededGenerator) -> (opened: Bool, decoded: Bool) {
        let limits = DecodeLimits(maximumPixels: 100_000, maximumSide: 2_000, maximumMemory: 4 << 20)
        do throws(ImagingError) {
            let source = try SourceImage(bytes: bytes, limits: limits)
            // These may fail like `decode()`; that they return at all is the point.
            let region = PixelRegion(
                x: .random(in: -5..<source.width, using: &random),
                y: .random(in: -5..<source.height, using: &random),
                width: .random(in: 1...30, using: &random), height: .random(in: 1...30, using: &random))
            if let picture = try? source.decodePicture(),
                let inside = region.clipped(toWidth: source.width, height: source.height)
            {
                #expect(picture.resized(width: 5, height: 5).width == 5)
                #expect(picture.cropped(to: inside).width == inside.width)
            }
            do throws(ImagingError) {
                let image = try source.decode()
                #expect(image.width == source.width && image.height == source.height)
                return (true, true)
            } catch {
                return (true, false)
            }
        } catch {
            return (false, false)
        }
    }

    private func damaged(_ bytes: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            result[.random(in: result.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
        case 1:
            for _ in 0..<4 {
                result[.random(in: result.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
        case 2:
            let start = Int.random(in: result.indices, using: &random)
            result.removeSubrange(start..<min(start + .random(in: 1...20, using: &random), result.count))
        default:
            let start = Int.random(in: other.indices, using: &random)
            let piece = other[start..<min(start + .random(in: 1...60, using: &random), other.count)]
            result.insert(contentsOf: piece, at: .random(in: result.indices, using: &random))
        }
        return result
    }

    @Test(arguments: sound.indices)
    func `damaged files end in an error or a picture`(index: Int) {
        var random = SeededGenerator(seed: UInt64(index) + 1)
        var outcomes = (opened: 0, decoded: 0)
        let rounds = 8_000
        for _ in 0..<rounds {
            let other = Self.sound.randomElement(using: &random)!.bytes
            let bytes = mended(damaged(Self.sound[index].bytes, other, &random))
            let outcome = attempt(bytes, &random)
            outcomes.opened += outcome.opened ? 1 : 0
            outcomes.decoded += outcome.decoded ? 1 : 0
        }
        // All three ends are reached, or the damage is of no use.
        #expect(
            outcomes.opened < rounds && outcomes.decoded < outcomes.opened && outcomes.decoded > 0,
            "\(outcomes)")
    }

    /// A PNG file with its checksums made right, so that damage gets past them; other bytes as they are.
    private func mended(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        var offset = 8
        guard bytes.starts(with: PNGBuilder.signature) else { return bytes }
        while offset + 12 <= result.count {
            let length = result[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= result.count - offset - 12 else { break }
            let end = offset + 8 + length
            let crc = PNGBuilder.checksum(result[offset + 4..<end])
            result.replaceSubrange(end..<end + 4, with: PNGBuilder.bigEndian(Int(crc)))
            offset = end + 4
        }
        return result
    }
}
