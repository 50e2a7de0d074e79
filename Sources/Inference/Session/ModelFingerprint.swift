internal import Digest
internal import ONNX

/// What tells one model's bytes from another's: galleries are bound to it.
///
/// Of a model in one file it is that file's SHA-256. Of one with data files it is the SHA-256 of the digests
/// of all files, the model's first and the others in the order of their first use, each in hexadecimal on a
/// line of its own: `sha256sum f.onnx f.onnx.data | cut -c 1-64 | sha256sum`.
package struct ModelFingerprint: Sendable {
    private let model: ModelBytes
    private let files: [ExternalFile]

    /// Maps and decodes the file at `path` and maps its data files. One that is no model, or whose data files
    /// cannot be read, throws: it has no fingerprint.
    package init(ofModelAt path: String) throws(InferenceError) {
        let file: ModelFile
        do { file = try ModelFile(path: path) } catch { throw .unreadable(error) }
        self.init(file.bytes, file.model.externalFiles)
        if let reason = file.model.graph.unreadableReason { throw .invalidModel(reason) }
    }

    init(_ model: ModelBytes, _ files: [ExternalFile]) { (self.model, self.files) = (model, files) }

    /// 64 lower-case hexadecimal digits; reads all bytes.
    package var hex: String {
        let own = model.withBytes { SHA256.hex($0) }
        if files.isEmpty { return own }
        let digests = [own] + files.map { file in file.bytes.withBytes { SHA256.hex($0) } }
        return SHA256.hex(digests.flatMap { Array(($0 + "\n").utf8) })
    }

    /// Bytes of all files together; as many as can be counted.
    package var byteCount: Int {
        files.reduce(model.count) { sum, file in
            let (next, overflow) = sum.addingReportingOverflow(file.bytes.count)
            return overflow ? .max : next
        }
    }
}

extension Graph {
    /// About the first initializer whose elements cannot be read, as the second half of a sentence about the
    /// model.
    var unreadableReason: String? {
        for initializer in initializers {
            guard case .unreadable(let reason) = initializer.payload else { continue }
            return "initializer \"\(initializer.name)\": \(reason)"
        }
        return nil
    }
}
