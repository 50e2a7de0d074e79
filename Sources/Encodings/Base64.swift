/// Base64 (RFC 4648), read as clients send it: standard or URL-safe letters, line breaks skipped, padding
/// optional.
package enum Base64 {
    /// The bytes of `text`, or nil where a letter or the length is wrong.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        // In one piece: going through a string's view byte by byte takes a hundred times as long.
        var whole = String(text)
        return whole.withUTF8 { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3 + 3)
        let table = table
        var bits: UInt32 = 0
        var sextets = 0
        var padding = 0
        for byte in text {
            if byte == 0x0A || byte == 0x0D { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = table[Int(byte)]
            guard value < 64, padding == 0 else { return nil }
            bits = bits << 6 | UInt32(value)
            sextets += 1
            if sextets & 3 == 0 {
                out.append(UInt8(truncatingIfNeeded: bits >> 16))
                out.append(UInt8(truncatingIfNeeded: bits >> 8))
                out.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
            }
        }
        return finish(out, bits, remainder: sextets & 3, padding)
    }

    private static func finish(_ whole: [UInt8], _ bits: UInt32, remainder: Int, _ padding: Int) -> [UInt8]? {
        switch remainder {
        case 0: return padding == 0 ? whole : nil
        case 2 where padding == 0 || padding == 2: return whole + [UInt8(truncatingIfNeeded: bits >> 4)]
        case 3 where padding <= 1:
            return whole + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
    }

    /// Standard base64 with padding.
    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, letters, isPadded: true) }

    /// The URL-safe letters of RFC 4648 section 5 without padding: it stands in a query or a header as it is.
    package static func encodeForURL(_ bytes: [UInt8]) -> String {
        encode(bytes, letters.dropLast(2) + Array("-_".utf8), isPadded: false)
    }

    private static func encode(_ bytes: [UInt8], _ letters: [UInt8], isPadded: Bool) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let a = UInt32(bytes[index])
            let b = left > 1 ? UInt32(bytes[index + 1]) : 0
            let c = left > 2 ? UInt32(bytes[index + 2]) : 0
            let group = a << 16 | b << 8 | c
            out.append(letters[Int(group >> 18)])
            out.append(letters[Int(group >> 12 & 63)])
            if left > 1 { out.append(letters[Int(group >> 6 & 63)]) }
            if left > 2 { out.append(letters[Int(group & 63)]) }
            if isPadded, left < 3 {
                out.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - left))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let table: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (index, letter) in letters.enumerated() { table[Int(letter)] = UInt8(index) }
        table[Int(UInt8(ascii: "-"))] = 62
        table[Int(UInt8(ascii: "_"))] = 63
        return table
    }()

    /// Little-endian float32, the form of `embedding_format=base64`.
    package static func encode(littleEndian floats: [Float]) -> String {
        encode(
            floats.flatMap { float in
                let bits = float.bitPattern
                return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
            })
    }

    /// Little-endian float32 back, or nil where the text or its length is wrong.
    package static func decodeFloats(_ text: String) -> [Float]? {
        guard let bytes = decode(text), bytes.count % 4 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).map { offset in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: bits)
        }
    }
}
