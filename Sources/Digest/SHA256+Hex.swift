import Encodings
import Foundation

extension SHA256 {
    /// The lower-case hexadecimal digest of `bytes`: 64 characters.
    package static func hex(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hex($0) } }

    /// The lower-case hexadecimal digest of the bytes: 64 characters.
    package static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalizeHex()
    }

    /// The lower-case hexadecimal digest of a file, read a megabyte at a time.
    ///
    /// Throws what `FileHandle` throws when the file cannot be opened or read.
    package static func hexOfFile(at path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
            chunk.withUnsafeBytes { hash.update($0) }
        }
        return hash.finalizeHex()
    }

    /// The lower-case hexadecimal digest of all that was taken in; the value is used up.
    package mutating func finalizeHex() -> String { Hexadecimal.text(finalize()) }
}
