import CImageCodecs

/// A JPEG picture decoded but not yet made RGB: what is looked at pays for its colours, not what is decoded.
///
/// It holds half the bytes of RGB where the file has its colours at half the resolution, as cameras write
/// them. Pixels are those of a plain decode, bit for bit.
///
/// `@unchecked Sendable`: the planes are written before the initialiser ends and only read from then on.
final class PlanarPicture: @unchecked Sendable {
    private var planes: CImagePlanes
    private let kernels = PixelKernels.current

    /// Takes over planes that the codec has filled.
    init(adopting planes: CImagePlanes) { self.planes = planes }

    deinit { cimage_planes_free(&planes) }

    /// Pixels, as stored.
    var width: Int { Int(planes.width) }
    var height: Int { Int(planes.height) }

    /// Writes the RGB pixels of columns `x ..< x + count` of row `y`, which must be in the picture.
    func writeRow(_ y: Int, x: Int = 0, count: Int, to target: UnsafeMutablePointer<UInt8>) {
        precondition(x >= 0 && y >= 0 && x + count <= width && y < height)
        withUnsafePointer(to: planes) {
            kernels.functions.planes_row($0, UInt32(x), UInt32(y), UInt32(count), target)
        }
    }

    /// The pixels of `region`, which must lie in the picture.
    func image(of region: PixelRegion) -> Image {
        Image(width: region.width, height: region.height) { target in
            for row in 0..<region.height {
                writeRow(
                    region.y + row, x: region.x, count: region.width,
                    to: target.baseAddress! + row * region.width * 3)
            }
        }
    }
}
