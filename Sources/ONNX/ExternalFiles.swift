internal import Glibc

/// A file beside a model that holds elements of its tensors.
package struct ExternalFile: Sendable {
    /// The path from the model's folder on; never out of it.
    package let location: String
    package let bytes: ModelBytes
}

/// The data files of a model while it is decoded, each mapped where it is first referred to.
final class ExternalFiles {
    /// The files in the order of their first use.
    private(set) var files: [ExternalFile] = []

    /// Path of the model; nil for one in memory.
    private let model: String?
    private let limit: Int
    /// Bytes of tensors by file, those of the same place counted again.
    private var taken: [ExternalLocation: Int] = [:]
    private var known: [ExternalLocation: Result<ModelBytes, ExternalFault>] = [:]

    /// How often the tensors of a model may read a file through: ones that share their bytes are rare.
    private static let readings = 4

    init(ofModelAt model: String?, limits: DecodeLimits) {
        (self.model, limit) = (model, limits.maximumExternalFiles)
    }

    /// The bytes at `place`, in a mapping that the slice keeps alive.
    func bytes(_ place: ExternalPlace) throws(ExternalFault) -> ByteSlice {
        let file = try mapped(place.location).get()
        guard place.range.upperBound <= file.count else {
            throw ExternalFault(
                "its data file \"\(place.location.path)\" has \(file.count) bytes, the tensor's are "
                    + "\(place.range.lowerBound) to \(place.range.upperBound)")
        }
        // Every tensor is copied as it is loaded, and a few bytes of the model make one more of the same
        // place.
        let (sum, overflow) = taken[place.location, default: 0].addingReportingOverflow(place.range.count)
        guard !overflow, sum / ExternalFiles.readings <= file.count else {
            throw ExternalFault(
                "its data file \"\(place.location.path)\" has \(file.count) bytes, and tensors take more than "
                    + "\(ExternalFiles.readings) times as many from it")
        }
        taken[place.location] = sum
        return ByteSlice(all: file).part(place.range)
    }

    private func mapped(_ location: ExternalLocation) throws(ExternalFault) -> Result<
        ModelBytes, ExternalFault
    > {
        if let result = known[location] { return result }
        guard known.count < limit else { throw ExternalFault("the model has over \(limit) data files") }
        let result = Result { () throws(ExternalFault) in try map(location) }
        known[location] = result
        if case .success(let bytes) = result {
            files.append(ExternalFile(location: location.path, bytes: bytes))
        }
        return result
    }

    private func map(_ location: ExternalLocation) throws(ExternalFault) -> ModelBytes {
        guard let model else {
            throw ExternalFault(
                "its data is in the file \"\(location.path)\", and a model from memory has no folder to find it in"
            )
        }
        let folder = ExternalFiles.folder(of: model)
        let path = try ExternalFiles.resolved(folder + "/" + location.path, location)
        let root = try ExternalFiles.resolved(folder, location)
        // Links are followed first: one may lead anywhere.
        guard path.utf8.starts(with: (root == "/" ? root : root + "/").utf8) else {
            throw ExternalFault("its data file \"\(location.path)\" is a link out of the model's folder")
        }
        guard try path != ExternalFiles.resolved(model, location) else {
            throw ExternalFault("its data file \"\(location.path)\" is the model itself")
        }
        do { return try ModelBytes(mapping: path) } catch {
            throw ExternalFault("its data file \"\(location.path)\" \(error.reason)")
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path without links.
    private static func resolved(_ path: String, _ location: ExternalLocation) throws(ExternalFault) -> String
    {
        guard let text = realpath(path, nil) else {
            throw ExternalFault(
                "its data file \"\(location.path)\" cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { free(text) }
        return String(cString: text)
    }
}
