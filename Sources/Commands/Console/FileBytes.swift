import FaceService
import Files

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
        let status: FileStatus
        let bytes: [UInt8]
        do throws(FileError) {
            status = try FileStatus(path)
            bytes = status.isFile && status.size <= limit ? try WholeFile.read(path, limit: limit) : []
        } catch {
            throw CommandFailure(file: path, "cannot be read: \(error.reason)", code: code)
        }
        guard status.isFile else { throw CommandFailure(file: path, "is not a file", code: code) }
        // A file may have grown since it was looked at.
        let size = max(status.size, bytes.count)
        guard size <= limit else {
            throw CommandFailure(file: path, "has \(size) bytes, the limit is \(limit)", code: code)
        }
        return bytes
    }
}
