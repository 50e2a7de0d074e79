extension SourceImage {
    /// The upright picture.
    package func decode() throws(ImagingError) -> Image {
        try Codec.decode(bytes, request).turnedUpright(from: orientation)
    }

    /// The upright picture, to be scaled and cut: the same pixels as `decode()`, of which those that nobody
    /// asks for are not made.
    ///
    /// Prefer it for photographs. To read a JPEG file takes longer than to make its pixels, so there is no
    /// decoding in a smaller size or of a part: a second reading would cost more than it saves
    /// (docs/decisions/0005-jpeg-planes.md).
    package func decodePicture() throws(ImagingError) -> DecodedPicture {
        guard hasPlanes else { return DecodedPicture(try decode()) }
        return DecodedPicture(try Codec.decodePlanes(bytes, request), orientation: orientation)
    }

    private var request: Codec.Request {
        Codec.Request(format: format, width: storedWidth, height: storedHeight, limits: limits)
    }
}
