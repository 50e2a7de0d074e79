import Digest

/// The SHA-256 of what was enrolled; the same content again is a duplicate.
package struct ContentHash: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The hash of an image file's bytes.
    package init(of content: [UInt8]) {
        var hash = SHA256()
        hash.update(content)
        bytes = hash.finalize()
    }

    /// The hash of a vector that came without an image: of its little-endian float32 bytes.
    package init(ofVector embedding: [Float]) {
        self.init(of: EmbeddingCoding.bytes(embedding))
    }

    /// `nil` when there are not 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits; `nil` for anything else.
    package init?(hex: String) {
        let digits = Array(hex.utf8).map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0]! << 4 | digits[$0 + 1]!) }
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
