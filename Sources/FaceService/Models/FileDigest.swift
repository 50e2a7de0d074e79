import Digest
import Foundation

/// Reading whole files without holding them.
package enum FileDigest {
    /// Lower-case hexadecimal SHA-256 of a file.
    ///
    /// - Throws: `inaccessible`.
    package static func of(_ path: String) throws(ModelStoreError) -> String {
        do { return try SHA256.hexOfFile(at: path) } catch {
            throw .inaccessible(path: path, reason: "cannot be read")
        }
    }

    /// Hands a file's bytes over a megabyte at a time.
    ///
    /// - Throws: `inaccessible` when it cannot be read, and what `body` throws.
    static func read(
        _ path: String, _ body: (UnsafeRawBufferPointer) throws(ModelStoreError) -> Void
    ) throws(ModelStoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
            }
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
