import Digest
import Encodings

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
        guard hex.utf8.count == 64, let bytes = Hexadecimal.bytes(hex) else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String { Hexadecimal.text(bytes) }
}
