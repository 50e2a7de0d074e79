extension SourceImage {
    /// The upright picture at full size.
    package func decode() throws(ImagingError) -> Image { try decode(denominator: 1) }

    /// The upright picture at the smallest scale of 1, 1/2, 1/4, 1/8 at which it still is at least
    /// `coveringWidth` wide and `height` high; at full size if it is smaller than that. PNG is always decoded
    /// at full size.
    package func decode(coveringWidth: Int, height: Int) throws(ImagingError) -> ScaledImage {
        let steps = format == .jpeg ? [8, 4, 2] : []
        let denominator =
            steps.first {
                reduced(self.width, by: $0) >= coveringWidth && reduced(self.height, by: $0) >= height
            } ?? 1
        let scale = 1 / Double(denominator)
        return ScaledImage(image: try decode(denominator: denominator), scaleX: scale, scaleY: scale)
    }

    /// The upright picture to be looked at more than once.
    ///
    /// Reading a JPEG file costs more than making its pixels, so it is read once, at full size, where what is decoded
    /// stays within `planarPixels`; a larger one, and the rare kinds that have no planes, as
    /// `decode(coveringWidth:height:)` does.
    package func decodePicture(coveringWidth: Int, height: Int) throws(ImagingError) -> DecodedPicture {
        guard hasPlanes, storedWidth * storedHeight <= Self.planarPixels else {
            return DecodedPicture(try decode(coveringWidth: coveringWidth, height: height).image)
        }
        return DecodedPicture(
            try Codec.decodePlanes(bytes, request(for: wholeRegion(by: 1), denominator: 1)),
            orientation: orientation)
    }

    /// Pixels: 38 MB as cameras write them, and above the 12 and 24 million of today's telephones.
    private static let planarPixels = 25_000_000

    /// The pixels of `region` (upright coordinates) at full detail, clipped to the picture: the result has
    /// the size of `region.clipped(toWidth: width, height: height)`. A region without a pixel of the picture
    /// is an error.
    ///
    /// The file is read no further than the region's last row, so damage behind it goes unnoticed; `decode()`
    /// finds it.
    package func decode(region: PixelRegion) throws(ImagingError) -> Image {
        guard let clipped = region.clipped(toWidth: width, height: height) else {
            throw .regionOutside(region, width: width, height: height)
        }
        let stored = orientation.stored(clipped, uprightWidth: width, uprightHeight: height)
        return try decode(stored: stored, denominator: 1)
    }

    private func decode(denominator: Int) throws(ImagingError) -> Image {
        try decode(stored: wholeRegion(by: denominator), denominator: denominator)
    }

    private func wholeRegion(by denominator: Int) -> PixelRegion {
        PixelRegion(
            x: 0, y: 0, width: reduced(storedWidth, by: denominator),
            height: reduced(storedHeight, by: denominator))
    }

    private func decode(stored region: PixelRegion, denominator: Int) throws(ImagingError) -> Image {
        try Codec.decode(bytes, request(for: region, denominator: denominator))
            .turnedUpright(from: orientation)
    }

    private func request(for region: PixelRegion, denominator: Int) -> Codec.Request {
        Codec.Request(
            format: format, fullWidth: storedWidth, fullHeight: storedHeight, region: region,
            denominator: denominator, limits: limits)
    }

    /// libjpeg rounds up.
    private func reduced(_ side: Int, by denominator: Int) -> Int { (side + denominator - 1) / denominator }
}
