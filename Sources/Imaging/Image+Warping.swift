import CImageCodecs

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
        var affine = CImageAffine(
            a: inverse.a, b: inverse.b, tx: inverse.tx, c: inverse.c, d: inverse.d, ty: inverse.ty)
        return Image(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { source in
                var source = CImageSource(
                    rgb: source.baseAddress, width: UInt32(self.width), height: UInt32(self.height))
                for y in 0..<height {
                    PixelKernels.current.functions.warp_row(
                        &source, &affine, UInt32(y), UInt32(width), target.baseAddress! + y * width * 3)
                }
            }
        }
    }
}
