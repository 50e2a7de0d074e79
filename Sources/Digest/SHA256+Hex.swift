import Encodings
package import Files

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
    /// Throws when the file cannot be opened or read.
    package static func hexOfFile(at path: String) throws(FileError) -> String {
        var hash = SHA256()
        let file = try OpenFile(path)
        while let piece = try file.nextPiece() { hash.update(piece) }
        return hash.finalizeHex()
    }

    /// The lower-case hexadecimal digest of all that was taken in; the value is used up.
    package mutating func finalizeHex() -> String { Hexadecimal.text(finalize()) }
}
