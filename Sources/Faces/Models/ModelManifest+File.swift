import Files
import Foundation

extension ModelManifest {
    /// A manifest is a few hundred bytes; what is longer is another file.
    static let maximumFileBytes = 65_536

    /// Reads the manifest at `path`; nil when there is no such file.
    ///
    /// Throws `manifestInvalid` with the file, the key and the reason.
    package static func read(at path: String) throws(FacesError) -> ModelManifest? {
        let bytes: [UInt8]
        do { bytes = try WholeFile.read(path, limit: maximumFileBytes) } catch {
            if error.isAbsence { return nil }
            throw .manifestInvalid(file: path, key: "", reason: "cannot be read: \(error.reason)")
        }
        return try parse(bytes, file: path)
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
