package import Imaging
package import Kernels

/// Turns 8-bit pixels into a network's input planes: (value - mean) / deviation, in the network's order.
package struct PixelEncoding: Sendable {
    private let planes: FloatPlanes

    package init(colorOrder: ColorOrder, mean: [Float], deviation: [Float]) {
        planes = FloatPlanes(
            channels: colorOrder == .rgb ? [0, 1, 2] : [2, 1, 0], mean: mean, deviation: deviation)
    }

    package init(_ manifest: ModelManifest) {
        self.init(colorOrder: manifest.colorOrder, mean: manifest.mean, deviation: manifest.deviation)
    }

    /// The images, all of `width` by `height` (traps otherwise), as one tensor of shape [count, 3, height,
    /// width].
    ///
    /// With `batch` greater than the number of images the rest of the tensor is zero. `buffer` is where it is
    /// written, if given, `sharing` by whom.
    package func tensor(
        _ images: ArraySlice<Image>, width: Int, height: Int, batch: Int, in buffer: AlignedBuffer? = nil,
        sharing: RowSharing = .none
    ) -> Tensor {
        precondition(images.count <= batch && images.allSatisfy { $0.width == width && $0.height == height })
        let plane = width * height
        return Tensor(shape: [batch, 3, height, width], elementType: .float32, in: buffer) { bytes in
            guard let floats = bytes.bindMemory(to: Float.self).baseAddress else { return }
            var target = floats
            for image in images {
                planes.write(image, to: target, sharing: sharing)
                target += 3 * plane
            }
            target.update(repeating: 0, count: floats + batch * 3 * plane - target)
        }
    }
}
