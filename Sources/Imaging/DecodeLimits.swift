/// What an image from outside may cost. Bytes, sides and pixels are checked before anything is allocated.
package struct DecodeLimits: Sendable, Equatable {
    /// Longest file, in bytes. 20 MiB holds any photograph of a telephone.
    package var maximumBytes: Int
    /// Most pixels, width times height. 50 million are 150 MB decoded.
    package var maximumPixels: Int
    /// Longest side in pixels; keeps a 1-pixel-high picture from having rows of gigabytes.
    package var maximumSide: Int
    /// Most bytes that the codec may take besides the decoded picture. A progressive JPEG keeps every
    /// coefficient, two bytes each: 300 MB for 50 million pixels without chroma subsampling.
    package var maximumMemory: Int
    /// Most scans in a JPEG file. Encoders write about ten; a hostile file repeats tiny scans thousands of
    /// times, each walking the whole picture.
    package var maximumScans: Int

    /// The limits named, and the defaults for the others.
    package init(
        maximumBytes: Int = 20 << 20, maximumPixels: Int = 50_000_000, maximumSide: Int = 32_768,
        maximumMemory: Int = 512 << 20, maximumScans: Int = 100
    ) {
        self.maximumBytes = maximumBytes
        self.maximumPixels = maximumPixels
        self.maximumSide = maximumSide
        self.maximumMemory = maximumMemory
        self.maximumScans = maximumScans
    }
}
