package import Imaging
package import Kernels

/// Turns 8-bit pixels into a network's input planes: (value - mean) / deviation by look-up, in the network's
/// order.
package struct PixelEncoding: Sendable {
    /// What each of the 256 grey levels becomes, one table a plane of the network.
    private let tables: [[Float]]
    /// Which byte of an RGB pixel feeds each plane.
    private let channels: [Int]

    package init(colorOrder: ColorOrder, mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3)
        tables = zip(mean, deviation).map { mean, deviation in
            (0..<256).map { (Float($0) - mean) / deviation }
        }
        channels = colorOrder == .rgb ? [0, 1, 2] : [2, 1, 0]
    }

    package init(_ manifest: ModelManifest) {
        self.init(colorOrder: manifest.colorOrder, mean: manifest.mean, deviation: manifest.deviation)
    }

    /// The images, all of `width` by `height` (traps otherwise), as one tensor of shape [count, 3, height,
    /// width].
    ///
    /// With `batch` greater than the number of images the rest of the tensor is zero.
    package func tensor(_ images: ArraySlice<Image>, width: Int, height: Int, batch: Int) -> Tensor {
        precondition(images.count <= batch && images.allSatisfy { $0.width == width && $0.height == height })
        let plane = width * height
        return Tensor(shape: [batch, 3, height, width], elementType: .float32) { bytes in
            guard let floats = bytes.bindMemory(to: Float.self).baseAddress else { return }
            var target = floats
            for image in images {
                for channel in 0..<3 {
                    fill(target, from: image, plane: channel, count: plane)
                    target += plane
                }
            }
            target.update(repeating: 0, count: floats + batch * 3 * plane - target)
        }
    }

    private func fill(_ target: UnsafeMutablePointer<Float>, from image: Image, plane: Int, count: Int) {
        tables[plane].withUnsafeBufferPointer { table in
            image.pixels.withUnsafeBufferPointer { pixels in
                var from = channels[plane]
                for index in 0..<count {
                    target[index] = table[Int(pixels[from])]
                    from += 3
                }
            }
        }
    }
}
