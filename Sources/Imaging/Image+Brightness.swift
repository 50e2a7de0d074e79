extension Image {
    /// Brightness of each pixel, row by row: 0.299 R + 0.587 G + 0.114 B, as OpenCV's `COLOR_RGB2GRAY`.
    package func luma() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: width * height) { target, initialized in
            pixels.withUnsafeBufferPointer { source in
                for index in 0..<width * height {
                    // The three weights in units of 1/32768, which they add up to.
                    let sum =
                        Int32(source[index * 3]) &* 9798 &+ Int32(source[index * 3 + 1]) &* 19235
                        &+ Int32(source[index * 3 + 2]) &* 3735
                    target[index] = UInt8(truncatingIfNeeded: (sum &+ 16384) >> 15)
                }
            }
            initialized = width * height
        }
    }

    /// Variance of the Laplacian of the brightness: the usual measure of sharpness, larger is sharper.
    /// As `cv2.Laplacian(gray, CV_64F).var()`: a pixel's four neighbours less four times itself, edges
    /// reflected about the outermost pixel.
    ///
    /// It depends on the size, so compare pictures of one size only.
    package func laplacianVariance() -> Double {
        var sum = 0
        var squares = 0
        luma().withUnsafeBufferPointer { grey in
            for y in 0..<height {
                let above = Self.reflected(y - 1, height) * width
                let below = Self.reflected(y + 1, height) * width
                for x in 0..<width {
                    let across =
                        Int(grey[y * width + Self.reflected(x - 1, width)])
                        + Int(grey[y * width + Self.reflected(x + 1, width)])
                    let value =
                        Int(grey[above + x]) + Int(grey[below + x]) + across - 4 * Int(grey[y * width + x])
                    sum += value
                    squares += value * value
                }
            }
        }
        let count = Double(width * height)
        let mean = Double(sum) / count
        return Double(squares) / count - mean * mean
    }

    /// `index`, at most one outside `0 ..< count`, reflected about the outermost element.
    private static func reflected(_ index: Int, _ count: Int) -> Int {
        if count == 1 { return 0 }
        return index < 0 ? 1 : index >= count ? count - 2 : index
    }
}
