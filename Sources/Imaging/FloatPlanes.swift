import CImageCodecs

/// How a network wants its pixels: in planes of (value - mean) / deviation.
package struct FloatPlanes: Sendable {
    private let encoding: CImageEncoding

    /// `channels` says which byte of an RGB pixel feeds each plane; all three arrays are in the order of the planes
    /// and have three elements, or this traps.
    package init(channels: [Int], mean: [Float], deviation: [Float]) {
        precondition(channels.count == 3 && channels.allSatisfy { (0..<3).contains($0) })
        precondition(mean.count == 3 && deviation.count == 3)
        encoding = CImageEncoding(
            channel: (UInt32(channels[0]), UInt32(channels[1]), UInt32(channels[2])),
            mean: (mean[0], mean[1], mean[2]), deviation: (deviation[0], deviation[1], deviation[2]))
    }

    /// Writes the three planes of a picture, one behind the other: `width * height * 3` floats.
    package func write(_ image: Image, to target: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: encoding) { encoding in
            image.pixels.withUnsafeBufferPointer {
                PixelKernels.current.functions.float_planes(
                    $0.baseAddress, image.width * image.height, encoding, target)
            }
        }
    }
}
