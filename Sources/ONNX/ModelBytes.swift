internal import Glibc

/// The bytes of a model: a read-only mapping of a file, a copy of bytes that were in memory, or constants of
/// the executable where they lie.
///
/// Safe to share because the bytes are never written after `init`, and are unmapped or freed, if at all, only
/// when nobody holds the object any more. (A file that is cut short while it is mapped is outside of what can
/// be guarded.)
package final class ModelBytes: @unchecked Sendable {
    /// The number of bytes.
    package let count: Int

    private let base: UnsafeRawPointer
    private let origin: Origin

    /// What becomes of the bytes in the end.
    private enum Origin { case copy, mapping, constant }

    /// A copy of `bytes`.
    package init(_ bytes: [UInt8]) {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        bytes.withUnsafeBytes {
            copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
        }
        (base, count, origin) = (UnsafeRawPointer(copy), bytes.count, .copy)
    }

    /// The bytes themselves, without a copy: they must be there, unchanged, until the process ends.
    package init(constant bytes: UnsafeRawBufferPointer) {
        precondition(bytes.baseAddress != nil)
        (base, count, origin) = (bytes.baseAddress!, bytes.count, .constant)
    }

    /// Maps the file at `path`. Errors name the path and what the system said.
    package init(mapping path: String) throws(ONNXError) {
        // A pipe, which is refused below, would keep a blocking call waiting for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ModelBytes.systemError(path, "cannot be opened") }
        defer { close(descriptor) }
        count = try ModelBytes.size(of: descriptor, path: path)
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else {
            throw ModelBytes.systemError(path, "cannot be mapped")
        }
        (base, origin) = (UnsafeRawPointer(address), .mapping)
    }

    deinit {
        switch origin {
        case .copy: base.deallocate()
        case .mapping: munmap(UnsafeMutableRawPointer(mutating: base), count)
        case .constant: break
        }
    }

    /// Lends all bytes to `body`, which must not let the pointer out.
    package func withBytes<R, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> R
    ) throws(Failure) -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    private static func size(of descriptor: Int32, path: String) throws(ONNXError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(path, "cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ONNXError(offset: nil, field: path, reason: "is not a regular file")
        }
        guard status.st_size > 0 else {
            throw ONNXError(offset: nil, field: path, reason: "is an empty file")
        }
        return Int(status.st_size)
    }

    private static func systemError(_ path: String, _ what: String) -> ONNXError {
        let code = errno
        return ONNXError(offset: nil, field: path, reason: "\(what): \(String(cString: strerror(code)))")
    }
}
