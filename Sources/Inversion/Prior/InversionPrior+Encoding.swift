import Digest
import Encodings
import Imaging
import Inference

extension InversionPrior {
    /// The file: header line, mean picture, statistics, and the SHA-256 of all that.
    package func encoded() -> [UInt8] {
        let header = PriorHeader(
            model: modelName, fingerprint: fingerprint, preprocessing: preprocessing, faces: faces,
            width: meanPicture.width, height: meanPicture.height, norm: norm,
            sites: sites.map { PriorHeader.Site(value: $0.value, channels: $0.mean.count) })
        // Written without its header a prior would be lost: that a number of ours is not finite is our own
        // fault.
        guard let line = try? JSONText.of(header) else { preconditionFailure("\(header) does not encode") }
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes += meanPicture.pixels
        for site in sites {
            for value in site.mean + site.deviation {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
            }
        }
        var hash = SHA256()
        hash.update(bytes)
        return bytes + hash.finalize()
    }
}
