package import Glibc

/// An open file that goes with the value. Whatever fails names the file and the system's number.
package struct OpenFile: ~Copyable, Sendable {
    package let path: String
    package let descriptor: Int32

    /// - Parameters:
    ///   - flags: of `open(2)`; other programs that this process starts never have the file.
    ///   - mode: who may read and write a file that is made, before the process's mask.
    package init(_ path: String, _ flags: Int32 = O_RDONLY, mode: mode_t = 0) throws(FileError) {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        (self.path, self.descriptor) = (path, descriptor)
    }

    deinit { close(descriptor) }

    /// The next bytes, at most `limit`; fewer only at the file's end.
    package func read(upTo limit: Int) throws(FileError) -> [UInt8] {
        var number: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let got = Descriptor.fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor)
            if got < 0 { number = errno }
            count = max(got, 0)
        }
        if let number { throw FileError(path: path, number: number) }
        return bytes
    }

    /// All that is left, but no more of it than a byte over `limit`: what is longer is refused by the caller,
    /// in its own words.
    package func readRest(limit: Int = .max - 1) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let wanted = min(64 << 10, limit + 1 - bytes.count)
            let piece = try read(upTo: wanted)
            bytes += piece
            if piece.count < wanted { break }
        }
        return bytes
    }

    /// The next megabyte, less only at the file's end; nil where nothing is left.
    package func nextPiece() throws(FileError) -> [UInt8]? {
        let piece = try read(upTo: 1 << 20)
        return piece.isEmpty ? nil : piece
    }

    /// Writes all of `bytes`, from `offset` on or where the last writing ended.
    package func write(_ bytes: [UInt8], at offset: Int? = nil) throws(FileError) {
        try check(Descriptor.write(bytes, to: descriptor, at: offset))
    }

    /// Brings what was written, or the names in a folder, to the disk.
    package func sync() throws(FileError) { try check(fsync(descriptor) == 0 ? nil : errno) }

    private func check(_ number: Int32?) throws(FileError) {
        if let number { throw FileError(path: path, number: number) }
    }
}
