import Encodings
import Faces
import Imaging

/// Reads the crop of a line of an import. One that `reembed` could make nothing of is refused here, where the
/// client can still do something about it.
struct CropReader {
    let line: LineMembers
    let rules: ImportRules

    /// The crop and what it was cut for, where that is told.
    func crop() throws -> (jpeg: [UInt8]?, geometry: String?) {
        let bytes = try line.optional("crop", "a base64 text") {
            $0.stringValue.flatMap { Base64.decode($0) }
        }
        guard let bytes else { return (nil, nil) }
        let stated = try line.optional("crop_geometry", "the preprocessing of a model") { value in
            value.stringValue.flatMap { text in
                CropGeometry(preprocessing: text).map { (text: text, geometry: $0) }
            }
        }
        try check(bytes, stated?.geometry ?? rules.cropGeometry)
        return (bytes, stated?.text)
    }

    /// - Parameter geometry: nil where a model tells nothing of its crops; any size is right then.
    private func check(_ bytes: [UInt8], _ geometry: CropGeometry?) throws {
        let image: SourceImage
        do throws(ImagingError) {
            image = try SourceImage(bytes: bytes, limits: rules.decodeLimits)
        } catch {
            throw line.wrong("crop", "can't be used: \(error)")
        }
        guard image.format == .jpeg else { throw line.wrong("crop", "must be a JPEG file") }
        guard image.hasEnd else {
            throw line.wrong("crop", "is cut off: the end of the JPEG file is missing")
        }
        guard let geometry, (geometry.width, geometry.height) != (image.width, image.height) else { return }
        throw line.wrong(
            "crop",
            "has \(image.width)x\(image.height) pixels, but was cut to \(geometry.width)x\(geometry.height)")
    }
}
