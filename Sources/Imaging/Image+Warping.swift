extension Image {
    /// The picture moved by `transform` (source to destination, as `cv2.warpAffine` takes it) onto an output
    /// of `width` by `height`: exact bilinear sampling, black outside. A transform without an inverse gives
    /// black, because no point of the picture lies under an output pixel; ask `inverted()` to tell.
    ///
    /// OpenCV rounds sampling positions to 1/32 pixel, so grey levels differ from its by a little at edges.
    package func warped(by transform: AffineTransform, width: Int, height: Int) -> Image {
        guard let inverse = transform.inverted() else {
            return Image(width: width, height: height, color: .black)
        }
        return Image(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { source in
                let sampler = BilinearSampler(
                    pixels: source.baseAddress!, width: self.width, height: self.height)
                var output = target.baseAddress!
                for y in 0..<height {
                    for x in 0..<width {
                        let (sourceX, sourceY) = inverse.apply(x: Double(x), y: Double(y))
                        sampler.write(x: sourceX, y: sourceY, to: output)
                        output += 3
                    }
                }
            }
        }
    }
}

/// Reads colours between pixels; everything beyond the picture is black.
private struct BilinearSampler {
    let pixels: UnsafePointer<UInt8>
    let width, height: Int

    func write(x: Double, y: Double, to target: UnsafeMutablePointer<UInt8>) {
        // Neither NaN nor what is too large for an integer passes these comparisons.
        guard x > -1, y > -1, x < Double(width), y < Double(height) else {
            (target[0], target[1], target[2]) = (0, 0, 0)
            return
        }
        // Both are above -1, so cutting off one more than them rounds down, without a call to the mathematics
        // library.
        let left = Int(x + 1) - 1
        let top = Int(y + 1) - 1
        let right = Float(x - Double(left))
        let bottom = Float(y - Double(top))
        var sum = SIMD4<Float>(repeating: 0.5)  // rounds when cut off
        sum += color(left, top) * ((1 - right) * (1 - bottom))
        sum += color(left + 1, top) * (right * (1 - bottom))
        sum += color(left, top + 1) * ((1 - right) * bottom)
        sum += color(left + 1, top + 1) * (right * bottom)
        for channel in 0..<3 { target[channel] = UInt8(sum[channel]) }
    }

    private func color(_ x: Int, _ y: Int) -> SIMD4<Float> {
        guard x >= 0, y >= 0, x < width, y < height else { return .zero }
        let pixel = pixels + (y &* width &+ x) &* 3
        return SIMD4(Float(pixel[0]), Float(pixel[1]), Float(pixel[2]), 0)
    }
}
