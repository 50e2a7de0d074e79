/// Writes EXIF structures, right and wrong.
struct ExifBuilder {
    var isLittleEndian = true
    var tag = 0x0112
    /// 3 is SHORT, 4 is LONG.
    var type = 3
    var count = 1
    var value: Int
    /// Where the directory is said to begin.
    var directory = 8
    /// How many entries it is said to have, if not the true number.
    var claimedEntries: Int?

    /// The TIFF structure: byte order, one unrelated entry, one entry as described.
    var tiff: [UInt8] {
        let unrelated = number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("abc\0".utf8)
        let padded = type == 3 ? number(value, 2) + [0, 0] : number(value, 4)
        let entry = number(tag, 2) + number(type, 2) + number(count, 4) + padded
        return Array((isLittleEndian ? "II" : "MM").utf8) + number(42, 2) + number(directory, 4)
            + number(claimedEntries ?? 2, 2) + unrelated + entry + number(0, 4)
    }

    /// A JPEG segment with the structure, marker included.
    var segment: [UInt8] { Self.segment(containing: tiff) }

    static func segment(containing tiff: [UInt8]) -> [UInt8] {
        let length = tiff.count + 8
        return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + Array("Exif\0\0".utf8) + tiff
    }

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittleEndian ? bytes : bytes.reversed()
    }
}

/// The JPEG file with a segment put behind its start marker.
func inserting(_ segment: [UInt8], into jpeg: [UInt8]) -> [UInt8] {
    jpeg.prefix(2) + segment + jpeg.dropFirst(2)
}
