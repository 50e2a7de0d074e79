/// Writes PNG files of any kind, sound or not, without libpng: stored (uncompressed) deflate blocks, filter
/// 0.
struct PNGBuilder {
    var width = 5
    var height = 4
    /// 1, 2, 4, 8 or 16.
    var depth = 8
    var kind = Kind.rgb
    var isInterlaced = false
    /// RGB triples of `PLTE`.
    var palette: [UInt8] = []
    /// Contents of `tRNS`.
    var transparency: [UInt8] = []
    /// Chunks before and behind the pixels.
    var chunksBefore: [(type: String, data: [UInt8])] = []
    var chunksAfter: [(type: String, data: [UInt8])] = []
    /// Bytes that follow the last row within the compressed data.
    var surplus = 0
    /// Size that the header claims, if not the true one.
    var claimedWidth, claimedHeight: Int?
    /// The sample at column, row, channel; below 2 to the power of `depth`.
    var sample: (Int, Int, Int) -> Int = { x, y, c in (x * 40 + y * 25 + c * 70) & 255 }

    enum Kind: Int, CaseIterable {
        case grey = 0
        case rgb = 2
        case palette = 3
        case greyAlpha = 4
        case rgba = 6

        var channels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][rawValue]! }
        var depths: [Int] { [0: [1, 2, 4, 8, 16], 3: [1, 2, 4, 8]][rawValue] ?? [8, 16] }
    }

    var bytes: [UInt8] {
        var header = Self.bigEndian(claimedWidth ?? width) + Self.bigEndian(claimedHeight ?? height)
        header += [UInt8(depth), UInt8(kind.rawValue), 0, 0, isInterlaced ? 1 : 0]
        var file = Self.signature + Self.chunk("IHDR", header)
        if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
        if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
        for chunk in chunksBefore { file += Self.chunk(chunk.type, chunk.data) }
        file += Self.chunk("IDAT", Self.zlib(rows + [UInt8](repeating: 0, count: surplus)))
        for chunk in chunksAfter { file += Self.chunk(chunk.type, chunk.data) }
        return file + Self.chunk("IEND", [])
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// First column, first row, column step, row step of the passes (PNG specification, section 8.2).
    private static let adam7 = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]

    private var rows: [UInt8] {
        var result: [UInt8] = []
        for (left, top, across, down) in isInterlaced ? Self.adam7 : [(0, 0, 1, 1)] where left < width {
            for y in stride(from: top, to: height, by: down) {
                result.append(0)
                result += packed(
                    stride(from: left, to: width, by: across).flatMap { x in
                        (0..<kind.channels).map { sample(x, y, $0) }
                    })
            }
        }
        return result
    }

    /// Samples as the bits of a row.
    private func packed(_ samples: [Int]) -> [UInt8] {
        if depth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
        let perByte = 8 / depth
        return stride(from: 0, to: samples.count, by: perByte).map { start in
            (0..<perByte).reduce(0) { byte, index in
                byte << depth | (start + index < samples.count ? UInt8(samples[start + index]) : 0)
            }
        }
    }

    static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
    }

    /// CRC-32 as in PNG, annex D.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
            }
        }
    }

    private static func zlib(_ raw: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: raw.count, by: 65_535) {
            let block = raw[start..<min(start + 65_535, raw.count)]
            let low = UInt8(block.count & 255)
            let high = UInt8(block.count >> 8)
            result += [block.endIndex == raw.count ? 1 : 0, low, high, ~low, ~high] + block
        }
        let sums = raw.reduce((1, 0)) { sums, byte in
            let first = (sums.0 + Int(byte)) % 65_521
            return (first, (sums.1 + first) % 65_521)
        }
        return result + bigEndian(sums.1 << 16 | sums.0)
    }
}
