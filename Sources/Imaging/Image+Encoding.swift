extension Image {
    /// The longest side that a JPEG file can state, in libjpeg's view.
    private static let maximumJPEGSide = 65_500

    /// The picture as a baseline JPEG file (chroma at half resolution); `quality` 1...100. Traps on a side
    /// over 65,500.
    package func jpeg(quality: Int = 95) -> [UInt8] {
        precondition((1...100).contains(quality), "JPEG quality is 1...100")
        precondition(max(width, height) <= Self.maximumJPEGSide, "too long a side for JPEG")
        return Codec.jpeg(self, quality: quality)
    }

    /// The picture as an 8-bit RGB PNG file.
    package func png() -> [UInt8] { Codec.png(self) }
}
