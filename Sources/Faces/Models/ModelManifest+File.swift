import Foundation

extension ModelManifest {
    /// A manifest is a few hundred bytes; what is longer is another file.
    static let maximumFileBytes = 65_536

    /// Reads the manifest at `path`; nil when there is no such file.
    ///
    /// Throws `manifestInvalid` with the file, the key and the reason.
    package static func read(at path: String) throws(FacesError) -> ModelManifest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if [ENOENT, ENOTDIR].contains(errno) { return nil }
            throw unreadable(path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumFileBytes + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            if got == 0 { break }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw unreadable(path) }
            count += got
        }
        return try parse(Array(bytes[..<count]), file: path)
    }

    private static func unreadable(_ path: String) -> FacesError {
        .manifestInvalid(file: path, key: "", reason: "cannot be read: \(String(cString: strerror(errno)))")
    }

    /// Parses a manifest's JSON; `file` is for error texts and becomes the manifest's origin.
    package static func parse(_ json: [UInt8], file: String) throws(FacesError) -> ModelManifest {
        do {
            guard json.count <= maximumFileBytes else {
                throw ManifestProblem(key: "", reason: "is longer than \(maximumFileBytes) bytes")
            }
            try ManifestText.check(json)
            let document = try JSONDecoder().decode(ManifestDocument.self, from: Data(json))
            return try ModelManifest(document, origin: .file(file))
        } catch let problem as ManifestProblem {
            throw .manifestInvalid(file: file, key: problem.key, reason: problem.reason)
        } catch let error as DecodingError {
            let problem = ManifestProblem(error)
            throw .manifestInvalid(file: file, key: problem.key, reason: problem.reason)
        } catch {
            throw .manifestInvalid(file: file, key: "", reason: "is not JSON")
        }
    }
}
