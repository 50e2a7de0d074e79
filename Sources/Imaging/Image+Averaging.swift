import CImageCodecs

extension Image {
    /// The picture reduced by a whole factor of 1...64: each pixel is the rounded mean of a block of `factor`
    /// by `factor`; blocks at the right and lower edge are as small as what is left. Traps on any other
    /// factor.
    package func averaged(by factor: Int) -> Image {
        precondition((1...64).contains(factor))
        let columns = (width + factor - 1) / factor, rows = (height + factor - 1) / factor
        var sums = [UInt16](repeating: 0, count: width * 3)
        let blockMeans = PixelKernels.current.functions.block_means!
        return Image(width: columns, height: rows) { target in
            pixels.withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    let first = row * factor
                    blockMeans(
                        source.baseAddress! + first * width * 3, UInt32(width),
                        UInt32(min(factor, height - first)), UInt32(factor), &sums,
                        target.baseAddress! + row * columns * 3)
                }
            }
        }
    }
}
