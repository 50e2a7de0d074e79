import FaceService
import Foundation

/// Files named on the command line.
enum FileBytes {
    /// The whole of an image's file, refused as `read` refuses it.
    static func image(_ path: String, limit: Int) throws(CommandFailure) -> [UInt8] {
        try read(path, limit: limit, code: .imageInvalid)
    }

    /// The whole of a file, refused when it is missing, no plain file, or over `limit` bytes.
    ///
    /// - Parameter code: what `--json` calls the refusal.
    static func read(
        _ path: String, limit: Int, code: ProblemCode = .badRequest
    ) throws(CommandFailure) -> [UInt8] {
        func unreadable(_ number: Int32) -> CommandFailure {
            CommandFailure(file: path, "cannot be read: \(systemReason(number))", code: code)
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreadable(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(file: path, "is not a file", code: code)
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw CommandFailure(file: path, "has \(size) bytes, the limit is \(limit)", code: code)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        var number: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Foundation.read(descriptor, buffer.baseAddress! + count, size - count)
                if got > 0 {
                    count += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    return number = errno
                }
            }
        }
        if let number { throw unreadable(number) }
        return bytes
    }
}
