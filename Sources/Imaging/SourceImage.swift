/// An image file whose header is parsed and whose limits are checked, but of which nothing is decoded yet.
package struct SourceImage: Sendable {
    package let format: ImageFormat
    /// Size of the upright picture, in pixels.
    package let width, height: Int
    /// How the stored pixels are turned to be upright; the decoding functions do it.
    package let orientation: Orientation
    /// Whether the file states its orientation (even "upright"): if it doesn't, the picture may lie on its side.
    package let carriesOrientation: Bool

    /// Parses the header of a file. Nothing is allocated in proportion to the size that it claims.
    ///
    /// The format is decided by the first bytes, never by a name. Malformed EXIF data is ignored.
    package init(bytes: [UInt8], limits: DecodeLimits = DecodeLimits()) throws(ImagingError) {
        fatalError("not yet")
    }

    /// The upright picture at full size.
    package func decode() throws(ImagingError) -> Image { fatalError("not yet") }

    /// The upright picture at the smallest scale of 1, 1/2, 1/4, 1/8 at which it still is at least `coveringWidth`
    /// wide and `height` high; at full size if it is smaller than that. PNG is always decoded at full size.
    package func decode(coveringWidth: Int, height: Int) throws(ImagingError) -> ScaledImage {
        fatalError("not yet")
    }

    /// The pixels of `region` (upright coordinates) at full detail, clipped to the picture: the result has the size
    /// of `region.clipped(toWidth: width, height: height)`. A region without a pixel of the picture is an error.
    ///
    /// Rows outside the region are skipped, so damage there may go unnoticed; `decode()` finds it.
    package func decode(region: PixelRegion) throws(ImagingError) -> Image { fatalError("not yet") }
}
