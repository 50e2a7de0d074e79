/// An image file whose header is parsed and whose limits are checked, but of which nothing is decoded yet.
package struct SourceImage: Sendable {
    package let format: ImageFormat
    /// Size of the upright picture, in pixels.
    package let width, height: Int
    /// How the stored pixels are turned to be upright; the decoding functions do it.
    package let orientation: Orientation
    /// Whether the file states its orientation (even "upright"): if it doesn't, the picture may lie on its
    /// side.
    package let carriesOrientation: Bool

    let bytes: [UInt8]
    let limits: DecodeLimits
    /// Size as stored, before turning.
    let storedWidth, storedHeight: Int
    let hasPlanes: Bool

    /// Parses the header of a file. Nothing is allocated in proportion to the size that it claims.
    ///
    /// The format is decided by the first bytes, never by a name. Malformed EXIF data is ignored.
    package init(bytes: [UInt8], limits: DecodeLimits = DecodeLimits()) throws(ImagingError) {
        guard bytes.count <= limits.maximumBytes else {
            throw .tooManyBytes(count: bytes.count, limit: limits.maximumBytes)
        }
        format = try ImageFormat(sniffing: bytes)
        let header =
            switch format {
            case .jpeg: try Codec.jpegHeader(bytes, limits: limits)
            case .png: try PNGStructure(bytes).header
            }
        try header.check(against: limits, format: format)
        orientation = header.orientation ?? .upright
        carriesOrientation = header.orientation != nil
        hasPlanes = header.hasPlanes
        storedWidth = header.width
        storedHeight = header.height
        width = orientation.swapsAxes ? header.height : header.width
        height = orientation.swapsAxes ? header.width : header.height
        self.bytes = bytes
        self.limits = limits
    }
}
