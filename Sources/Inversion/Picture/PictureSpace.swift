package import Faces
package import Imaging
package import Kernels

/// The picture as the descent moves it: three planes, red first, each pixel from -1 (black) to 1 (white),
/// whatever the network's own units are. So one rate and one noise fit every network.
package struct PictureSpace: Sendable {
    package let width, height: Int
    /// Which of red, green and blue feeds each plane of the network.
    private let channels: [Int]
    /// Network's value = scale * ours + shift, for each of its planes.
    private let scale, shift: [Float]

    /// Half the range of a pixel.
    private static let half: Float = 127.5

    package init(_ manifest: ModelManifest, width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        channels = manifest.colorOrder == .rgb ? [0, 1, 2] : [2, 1, 0]
        scale = manifest.deviation.map { Self.half / $0 }
        shift = zip(manifest.mean, manifest.deviation).map { (Self.half - $0) / $1 }
    }

    /// Numbers of a picture.
    package var count: Int { 3 * width * height }

    /// What the network sees of a picture, or of its mirror image.
    package func tensor(of picture: [Float], mirrored: Bool) -> Tensor {
        precondition(picture.count == count)
        return Tensor(shape: [1, 3, height, width], elementType: .float32) { bytes in
            let target = bytes.bindMemory(to: Float.self)
            forEachRow { plane, channel, row in
                for x in 0..<width {
                    let from = channel + row + (mirrored ? width - 1 - x : x)
                    target[plane * width * height + row + x] = picture[from] * scale[plane] + shift[plane]
                }
            }
        }
    }

    /// The derivative by a picture, from that by what the network saw of it. Traps unless it is of that size.
    package func gradient(_ tensor: Tensor, mirrored: Bool) -> [Float] {
        precondition(tensor.count == count)
        var result = [Float](repeating: 0, count: count)
        tensor.withFloats { source in
            forEachRow { plane, channel, row in
                for x in 0..<width {
                    let to = channel + row + (mirrored ? width - 1 - x : x)
                    result[to] = source[plane * width * height + row + x] * scale[plane]
                }
            }
        }
        return result
    }

    /// The picture of an image of this size. Traps on another.
    package func picture(of image: Image) -> [Float] {
        precondition(image.width == width && image.height == height)
        var result = [Float](repeating: 0, count: count)
        for channel in 0..<3 {
            for index in 0..<width * height {
                result[channel * width * height + index] =
                    Float(image.pixels[3 * index + channel]) / Self.half - 1
            }
        }
        return result
    }

    /// The nearest image of 8 bits.
    package func image(of picture: [Float]) -> Image {
        precondition(picture.count == count)
        var pixels = [UInt8](repeating: 0, count: count)
        for channel in 0..<3 {
            for index in 0..<width * height {
                let value = (picture[channel * width * height + index] + 1) * Self.half
                pixels[3 * index + channel] = UInt8(max(0, min(255, value.rounded())))
            }
        }
        return Image(width: width, height: height, pixels: pixels)
    }

    /// The network's plane, where its colour begins in a picture, and where each row begins in a plane.
    private func forEachRow(_ body: (_ plane: Int, _ channel: Int, _ row: Int) -> Void) {
        for plane in 0..<3 {
            for y in 0..<height { body(plane, channels[plane] * width * height, y * width) }
        }
    }
}
