extension Image {
    /// The picture at another size: bilinear, pixel centres at half coordinates, edges repeated, as OpenCV's
    /// `INTER_LINEAR` (within one grey level). Does not average when reducing. Traps unless both sides are positive.
    package func resized(width: Int, height: Int) -> Image { fatalError("not yet") }

    /// The picture moved by `transform` (source to destination, as `cv2.warpAffine` takes it) onto an output of
    /// `width` by `height`: exact bilinear sampling, black outside. A transform without an inverse gives black.
    package func warped(by transform: AffineTransform, width: Int, height: Int) -> Image {
        fatalError("not yet")
    }

    /// The picture turned clockwise by `quarterTurns` times 90 degrees; any integer, negative counterclockwise.
    package func rotated(quarterTurns: Int) -> Image { fatalError("not yet") }

    /// The stored picture turned upright.
    package func turnedUpright(from orientation: Orientation) -> Image { fatalError("not yet") }

    /// The mirror image: left and right changed.
    package func mirrored() -> Image { fatalError("not yet") }

    /// The picture with borders of `color` added; counts in pixels, not negative.
    package func padded(
        left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0, color: PixelColor = .black
    ) -> Image { fatalError("not yet") }

    /// The pixels of `region`; what lies outside the picture is `color`. Traps on an empty region.
    package func cropped(to region: PixelRegion, color: PixelColor = .black) -> Image {
        fatalError("not yet")
    }

    /// Brightness of each pixel, row by row: 0.299 R + 0.587 G + 0.114 B, as OpenCV's `COLOR_RGB2GRAY`.
    package func luma() -> [UInt8] { fatalError("not yet") }

    /// Variance of the Laplacian of the brightness: the usual measure of sharpness, larger is sharper.
    /// As `cv2.Laplacian(gray, CV_64F).var()`.
    package func laplacianVariance() -> Double { fatalError("not yet") }

    /// The picture as a baseline JPEG file (4:2:0); `quality` 1...100. Traps on a side over 65,500.
    package func jpeg(quality: Int = 95) -> [UInt8] { fatalError("not yet") }

    /// The picture as an 8-bit RGB PNG file.
    package func png() -> [UInt8] { fatalError("not yet") }
}
