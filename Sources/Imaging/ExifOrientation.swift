/// Finds tag 0x0112 in the first directory of an EXIF (TIFF 6.0) structure.
///
/// EXIF data is written by everything and often wrong, and a photograph is worth more than its tags: whatever
/// is malformed reads as "no orientation". Every offset comes from outside and is checked before use.
struct ExifOrientation {
    private let bytes: ArraySlice<UInt8>
    private let isLittleEndian: Bool

    /// The orientation stated in `tiff`, which begins with the byte order mark, or nil.
    static func find(in tiff: ArraySlice<UInt8>) -> Orientation? {
        ExifOrientation(tiff)?.orientation
    }

    private init?(_ bytes: ArraySlice<UInt8>) {
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) {
            isLittleEndian = true
        } else if bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
            isLittleEndian = false
        } else {
            return nil
        }
        self.bytes = bytes
    }

    private static let orientationTag = 0x0112
    private static let entrySize = 12

    private var orientation: Orientation? {
        guard let directory = integer(at: 4, size: 4), let count = integer(at: directory, size: 2) else {
            return nil
        }
        for index in 0..<count {
            let entry = directory + 2 + index * Self.entrySize
            guard let tag = integer(at: entry, size: 2) else { return nil }
            if tag == Self.orientationTag {
                return value(ofEntryAt: entry).flatMap(Orientation.init(rawValue:))
            }
        }
        return nil
    }

    /// The value of an entry that holds one SHORT (as the standard has it) or one LONG (as some write it).
    private func value(ofEntryAt entry: Int) -> Int? {
        guard let type = integer(at: entry + 2, size: 2), integer(at: entry + 4, size: 4) == 1 else {
            return nil
        }
        switch type {
        case 3: return integer(at: entry + 8, size: 2)
        case 4: return integer(at: entry + 8, size: 4)
        default: return nil
        }
    }

    /// An unsigned number of `size` bytes (at most 4), or nil when it isn't all there.
    private func integer(at offset: Int, size: Int) -> Int? {
        guard offset <= bytes.count - size else { return nil }
        let start = bytes.startIndex + offset
        let field = bytes[start..<start + size]
        return isLittleEndian
            ? field.reversed().reduce(0) { $0 << 8 | Int($1) } : field.reduce(0) { $0 << 8 | Int($1) }
    }
}
