import Foundation
import Imaging

/// The mean of many crops, made soft.
struct MeanPicture {
    /// The blur's deviation as a share of the width: 3 pixels of 112. What is left of a face is smaller than
    /// this; the place of eyes and mouth is larger.
    static let blur: Float = 0.03

    private let width, height: Int
    /// Interleaved, as an image's.
    private var values: [Float]

    /// - Parameter sums: of each byte of `count` crops.
    init(sums: [Int], count: Int, width: Int, height: Int) {
        precondition(sums.count == 3 * width * height && count > 0)
        (self.width, self.height) = (width, height)
        values = sums.map { Float($0) / Float(count) }
    }

    /// With the mirror image, as the descent sees both, and blurred.
    func image() -> Image {
        var picture = self
        picture.addMirror()
        let weights = Self.weights(deviation: max(0.5, Self.blur * Float(width)))
        picture.blur(weights, count: width, stride: 3)
        picture.blur(weights, count: height, stride: 3 * width)
        return Image(
            width: width, height: height,
            pixels: picture.values.map { UInt8(max(0, min(255, $0.rounded()))) })
    }

    private mutating func addMirror() {
        let before = values
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    let (here, there) = (
                        3 * (y * width + x) + channel, 3 * (y * width + width - 1 - x) + channel
                    )
                    values[here] = (before[here] + before[there]) / 2
                }
            }
        }
    }

    /// Blurs along the lines of `count` values that lie `stride` apart, the values at the ends repeated.
    private mutating func blur(_ weights: [Float], count: Int, stride: Int) {
        let before = values
        let radius = weights.count / 2
        for index in values.indices {
            let place = index / stride % count
            var sum: Float = 0
            for (offset, weight) in weights.enumerated() {
                let other = max(0, min(count - 1, place + offset - radius))
                sum += weight * before[index + (other - place) * stride]
            }
            values[index] = sum
        }
    }

    /// A Gaussian's, which add up to 1.
    private static func weights(deviation: Float) -> [Float] {
        let radius = Int((3 * deviation).rounded(.up))
        let raw = (-radius...radius).map { exp(-Float($0 * $0) / (2 * deviation * deviation)) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }
}
