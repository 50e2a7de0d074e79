import Files
import Inference

extension ModelStore {
    /// What the files of a model hold.
    package struct Content: Sendable, Equatable {
        /// Of the model with its data files; of a file that is no model the SHA-256 of its bytes.
        package let fingerprint: String
        /// Of the model with its data files.
        package let byteCount: Int
    }

    /// Reads all bytes of a model that is there.
    ///
    /// - Throws: `inaccessible`.
    package static func content(of path: String) throws(ModelStoreError) -> Content {
        if let print = try? ModelFingerprint(ofModelAt: path) {
            return Content(fingerprint: print.hex, byteCount: print.byteCount)
        }
        let digest = try FileDigest.of(path)
        do { return Content(fingerprint: digest, byteCount: try FileStatus(path).size) } catch {
            throw ModelStoreError(error)
        }
    }
}
