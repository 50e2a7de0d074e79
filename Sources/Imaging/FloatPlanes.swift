import CImageCodecs

/// How a network wants its pixels: in planes of (value - mean) / deviation.
package struct FloatPlanes: Sendable {
    private let encoding: CImageEncoding

    /// `channels` says which byte of an RGB pixel feeds each plane, another for each; all three arrays are in
    /// the order of the planes and have three elements, or this traps.
    package init(channels: [Int], mean: [Float], deviation: [Float]) {
        precondition(channels.sorted() == [0, 1, 2])
        precondition(mean.count == 3 && deviation.count == 3)
        let factors = deviation.map { 1 / $0 }
        let multiplies = (0..<3).allSatisfy { plane in
            (UInt8.min...UInt8.max).allSatisfy {
                let value = Float($0) - mean[plane]
                return value * factors[plane] == value / deviation[plane]
            }
        }
        encoding = CImageEncoding(
            channel: (UInt32(channels[0]), UInt32(channels[1]), UInt32(channels[2])),
            mean: (mean[0], mean[1], mean[2]), deviation: (deviation[0], deviation[1], deviation[2]),
            factor: (factors[0], factors[1], factors[2]), multiplies: multiplies ? 1 : 0)
    }

    /// Writes the three planes of a picture, one behind the other: `width * height * 3` floats.
    package func write(
        _ image: Image, to target: UnsafeMutablePointer<Float>, sharing: RowSharing = .none
    ) {
        let kernel = PixelKernels.current.functions.float_planes!
        image.pixels.withUnsafeBufferPointer { pixels in
            sharing.run(rows: image.height) { rows in
                let start = rows.lowerBound * image.width
                withUnsafePointer(to: encoding) {
                    kernel(
                        pixels.baseAddress! + 3 * start, rows.count * image.width, $0, target + start,
                        image.width * image.height)
                }
            }
        }
    }
}
